/**
 * Freezes plain objects and arrays, with all that they hold; false if something in there cannot be frozen, for what it
 * holds is not in its fields. What was frozen until then stays so.
 */
export function deepFreeze(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return true;
  if (!Array.isArray(value) && Object.prototype.toString.call(value) !== '[object Object]') return false;
  return Object.values(Object.freeze(value) as Record<string, unknown>).every(deepFreeze);
}
