import { type Secret } from '../secret.js';
import { Section } from '../setting.js';
import { readList, SecretValue } from '../setting-kinds.js';

@Section('SECRETS', 'What the keys for refresh tokens are derived from')
export class SecretsSettings {
  /** 32 bytes each, at least one; null = made by the first process and kept in the database, never in production. */
  @SecretValue<readonly Buffer[]>({
    name: 'KEY',
    about:
      'The first key is for new sessions, the others still verify old ones. ' +
      'Empty, outside production only = made once and kept in the database.',
    expected: 'one or several strings of base64, each of exactly 32 bytes, separated by commas',
    neededInProduction: 'a key kept in the database would let its readers forge refresh tokens',
    read: (text) => readList(text, readKey),
  })
  keys: Secret<readonly Buffer[]> | null;
}

function readKey(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64');
  return key.length === 32 && key.toString('base64') === text ? key : undefined;
}
