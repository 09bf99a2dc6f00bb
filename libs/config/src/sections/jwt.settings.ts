import { type PrivateJwkSet, readPrivateJwkSet } from '../private-jwk-set.js';
import { type Secret } from '../secret.js';
import { Section } from '../setting.js';
import { Integer, SecretValue, Text } from '../setting-kinds.js';

const NAME = {
  expected: 'up to 200 printable ASCII characters without spaces',
  default: 'portcullis',
  read: (text: string) => (/^[!-~]{1,200}$/.test(text) ? text : undefined),
};

@Section('JWT', 'Access tokens, signed with ES256; /.well-known/jwks.json lets anybody verify them')
export class JwtSettings {
  /** null = made by the first process and kept in the database; never null in production. */
  @SecretValue({
    about:
      'The private keys; the first signs, all verify. Empty, outside production only = made once and kept in the database.',
    expected:
      'a JWK set as JSON, {"keys": [{"kty": "EC", "crv": "P-256", "x": …, "y": …, "d": …, "kid": …}, …]}, ' +
      'of at least one private P-256 key, each with its own kid of 1 to 64 letters, digits, dots, hyphens or underscores',
    neededInProduction: 'keys kept in the database would let its readers sign tokens',
    read: readPrivateJwkSet,
  })
  keys: Secret<PrivateJwkSet> | null;

  @Text({ about: 'The iss of every access token; others are refused.', ...NAME })
  issuer: string;

  @Text({ about: 'The aud of every access token; others are refused.', ...NAME })
  audience: string;

  @Integer({ about: 'How long an access token is valid.', unit: 'seconds', min: 60, max: 3600, default: 600 })
  accessTtlSeconds: number;
}
