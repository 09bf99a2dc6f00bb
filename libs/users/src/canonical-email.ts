import { domainToASCII } from 'node:url';

const ATOM = "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const LOCAL_PART = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, 'u');
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** domainToASCII reads a URL's host: it would drop line breaks, decode %41 and stop at a slash. */
const DOMAIN_LETTERS = /^[\p{L}\p{M}\p{N}.-]+$/u;
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$`);

/**
 * The one form under which an e-mail address is unique and looked up: NFC, lower case, the domain in ASCII (RFC 5891).
 * Idempotent. `null` when the text is no address to write to: RFC 5321 sizes (64 octets before the @, 254 in all), a
 * dot-atom before the @ (no quoted local part), a domain of at least two labels.
 */
export function canonicalEmail(typed: string): string | null {
  const at = typed.lastIndexOf('@');
  const local = lower(typed.slice(0, at));
  const domainAsTyped = lower(typed.slice(at + 1));
  if (!DOMAIN_LETTERS.test(domainAsTyped)) return null;
  const domain = domainToASCII(domainAsTyped);
  if (at < 1 || !LOCAL_PART.test(local) || !DOMAIN.test(domain)) return null;
  const email = `${local}@${domain}`;
  return Buffer.byteLength(local) <= 64 && Buffer.byteLength(email) <= 254 ? email : null;
}

function lower(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}
