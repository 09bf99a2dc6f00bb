import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { InvalidInput } from './invalid-input.js';
import { jsonPointer } from './json-pointer.js';

/** `@Param('id', UuidParam) id: string`: a UUID of any version in lower case; anything else is an InvalidInput (422). */
@Injectable()
export class UuidParam implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    if (!isUUID(value))
      throw new InvalidInput([{ pointer: jsonPointer(data ? [data] : []), message: 'must be a UUID' }]);
    return (value as string).toLowerCase();
  }
}
