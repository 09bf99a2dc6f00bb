import { type InputError } from './problem.dto.js';
import { Problem } from './problem.js';

// An answer must not grow with the nonsense that it describes.
const MAX_ERRORS = 20;

/** 422 `request.invalid`: readable, but not what the route takes. At most 20 errors are told. */
export class InvalidInput extends Problem {
  constructor(errors: InputError[]) {
    super(422, 'request.invalid', 'The input is not valid.', { errors: errors.slice(0, MAX_ERRORS) });
  }
}
