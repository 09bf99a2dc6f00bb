const UNSPEAKABLE = /[\0\p{Surrogate}]/u;
const MAX_NAME_LENGTH = 64;

/** NUL, which PostgreSQL's text cannot hold, or half of a surrogate pair, which all become one character in UTF-8. */
export const isIllFormed = (text: string): boolean => UNSPEAKABLE.test(text);

/**
 * The URI fragment form of a JSON pointer (RFC 6901 section 6): `#/items/0/name`. Names may come from the client, so the
 * pointer ends before one that is ill-formed or long; all others are percent-encoded.
 */
export function jsonPointer(path: readonly string[]): string {
  const unspeakable = path.findIndex((name) => isIllFormed(name) || name.length > MAX_NAME_LENGTH);
  const speakable = unspeakable === -1 ? path : path.slice(0, unspeakable);
  return ['#', ...speakable.map(encodeName)].join('/');
}

const encodeName = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
