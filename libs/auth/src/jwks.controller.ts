import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { JwksDto } from './jwks.dto.js';
import { Public } from './public.decorator.js';
import { SigningKeys } from './signing-keys.js';

@ApiTags('for other services')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * The public keys of the access tokens (RFC 7517).
   * @remarks A valid signature alone does not say that the session still lives.
   */
  @Get('jwks.json')
  @Public()
  @Header('Cache-Control', 'public, max-age=300')
  jwks(): JwksDto {
    return this.keys.publicJwks();
  }
}
