import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';

/** A string of `min` to `max` Unicode code points, whatever they are. */
export function CodePoints(min: number, max: number): PropertyDecorator {
  return text('codePoints', `must be a text of ${min} to ${max} characters`, min, max, () => true);
}

/** The same on one line: no control characters, no line separators, and not blank. For names. */
export function SingleLine(min: number, max: number): PropertyDecorator {
  const message = `must be a text of ${min} to ${max} characters on one line, not blank`;
  return text(
    'singleLine',
    message,
    min,
    max,
    (value) => /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u.test(value) && value.trim() !== '',
  );
}

function text(name: string, message: string, min: number, max: number, isFit: (value: string) => boolean) {
  const validate = (value: unknown) => typeof value === 'string' && hasCodePoints(value, min, max) && isFit(value);
  return applyDecorators(
    ValidateBy({ name, validator: { validate, defaultMessage: () => message } }),
    ApiProperty({ minLength: min, maxLength: max }),
  );
}

function hasCodePoints(value: string, min: number, max: number): boolean {
  const { length } = [...value];
  return length >= min && length <= max;
}
