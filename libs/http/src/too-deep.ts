import { Problem } from './problem.js';

/** Objects and lists within each other; what parses or validates recursively overflows the stack somewhere past 2,000. */
export const MAX_DEPTH = 32;

/** 400 `request.too_deep`. */
export class TooDeep extends Problem {
  constructor() {
    super(400, 'request.too_deep', `The body nests objects and lists more than ${MAX_DEPTH} levels deep.`);
  }
}
