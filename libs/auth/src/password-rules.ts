const MIN_CODE_POINTS = 15;
const MAX_CODE_POINTS = 256;

/**
 * A password as it is hashed and compared: in Unicode normalisation form C and otherwise as received, nothing trimmed, cut
 * or folded (NIST SP 800-63B-4 section 3.1.1.2).
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}

/** Whether the password is 15 to 256 code points long. No rules of composition: NIST SP 800-63B-4 section 3.1.1.2. */
export function hasAllowedLength(password: string): boolean {
  return codePoints(password) >= MIN_CODE_POINTS && mayBeAPassword(password);
}

/** Whether it can be worth hashing at all. */
export function mayBeAPassword(password: string): boolean {
  const length = codePoints(password);
  return length >= 1 && length <= MAX_CODE_POINTS;
}

function codePoints(password: string): number {
  return [...normalisePassword(password)].length;
}
