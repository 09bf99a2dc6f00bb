import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { hostileValues } from './hostile-values.js';
import { inputErrors } from './input-errors.js';
import { InvalidInput } from './invalid-input.js';

const fromClient = new Set(['body', 'query', 'param']);

/**
 * Checks body, query and path parameters against the class-validator rules of their class; everything wrong is an
 * InvalidInput (422) that points at it and never repeats the value. Unknown properties are wrong, values are not
 * converted unless the class says so; no body at all is an empty one; no string holds NUL or a lone surrogate, with or
 * without a class. Deeper than 32 levels is TooDeep (400). `HttpModule` makes it global; `@UsePipes(InputPipe)` holds in
 * a host with other pipes.
 */
@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors: ValidationError[]) => new InvalidInput(inputErrors(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!fromClient.has(metadata.type)) return value;
    if (value === undefined && this.toValidate(metadata)) return super.transform({}, metadata);
    const errors = hostileValues(value, metadata.data === undefined ? [] : [metadata.data]);
    if (errors.length > 0) throw new InvalidInput(errors);
    if (this.toValidate(metadata) && !isRecord(value)) throw new InvalidInput([notAnObject]);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

const notAnObject = { pointer: '#', message: 'must be an object' };

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
