/** Puts its own in place of one function, or getter, of the libs; answers how that is undone. */
export function replaceIn<Parts>(
  of: { prototype: object },
  name: string,
  by: (this: Parts, ...args: never[]) => unknown,
): () => void {
  const original = Object.getOwnPropertyDescriptor(of.prototype, name)!;
  const mistaken = original.get ? { ...original, get: by } : { ...original, value: by };
  Object.defineProperty(of.prototype, name, mistaken);
  return () => void Object.defineProperty(of.prototype, name, original);
}
