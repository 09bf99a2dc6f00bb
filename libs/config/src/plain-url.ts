/**
 * The URL if every part of it is where it looks to be: a "/", "?", "#" or "%" that was meant for the password, but not
 * encoded, would end up in the host or the path.
 */
export function readPlainUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && isPlain(url) ? url : undefined;
}

function isPlain({ username, password, pathname, search, hash }: URL): boolean {
  return hash === '' && !`${pathname}${search}`.includes('@') && [username, password].every(isPercentEncoded);
}

function isPercentEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false; // a "%" without two digits after it, or bytes that are not UTF-8
  }
}
