/**
 * Whose a cached answer is. `'user'`: the caller's alone; the caller's id is part of every key. `'shared'`: everybody's. There
 * is no default: a wrong one would show a user what is another's, or keep what is the same for all once for each.
 */
export type CacheScope = 'user' | 'shared';

/** For who has no compiler to ask. */
export function isScope(scope: unknown): scope is CacheScope {
  return scope === 'user' || scope === 'shared';
}

export const NEEDS_SCOPE = `needs a scope: 'user' puts the caller's id into the key, 'shared' gives everybody the same answer.`;

type AsyncMethod<Answer> = (...args: never[]) => Promise<Answer>;

/** Whether a function of the parameters `Args` may be called with what the method is called with. */
type Takes<Args extends unknown[], Method extends AsyncMethod<unknown>> = ((...args: Args) => void) extends (
  ...args: Parameters<Method>
) => void
  ? unknown
  : { 'the builder cannot be called with the arguments of the method': never };

/** A decorator of methods that answer with `Answer`, and with whose arguments a function of `Args` can be called. */
export type DecoratorOfMethods<Args extends unknown[], Answer = unknown, Target = object> = <
  Method extends AsyncMethod<Answer>,
>(
  target: Target & object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method> & Takes<Args, Method>,
) => void;
