import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that logs, errors and JSON cannot show by accident: it leaves only through `reveal()`. Two secrets look the
 * same to deep comparison, whatever they hold.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** Call it where the value is used, not where it is passed on. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
