/** The strong entity tag of a version (RFC 9110 section 8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * Whether an If-None-Match or If-Match field names the tag or is `*`. `'weak'` comparison ignores the mark `W/`, `'strong'`
 * never matches a tag that bears it (RFC 9110 section 8.8.3.2).
 */
export function namesTag(field: string, tag: string, comparison: 'weak' | 'strong'): boolean {
  if (field.trim() === '*') return true;
  const tags = field.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((each) => each === tag || (comparison === 'weak' && each === `W/${tag}`));
}
