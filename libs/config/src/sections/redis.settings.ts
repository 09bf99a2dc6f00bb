import { readCertificateFile } from '../certificate-file.js';
import { type HostAndPort, readHostAndPort } from '../host-and-port.js';
import { readRedisUrl } from '../redis-url.js';
import { type Secret } from '../secret.js';
import { Section } from '../setting.js';
import { Flag, Integer, List, SecretValue, Text } from '../setting-kinds.js';

/** What an empty REDIS__URL means. */
export const LOCAL_REDIS = 'redis://127.0.0.1:6379';

@Section('REDIS', 'Redis, which holds copies only: without it every answer is the same, but slower')
export class RedisSettings {
  @Flag({ about: 'Whether Redis is used at all.', default: false })
  enabled: boolean;

  /** As given, or the server of this machine; only the scheme, credentials and database count beside sentinels. */
  @SecretValue({
    about:
      `The Redis server, 7.0 or newer (or Valkey, 8 or newer); rediss:// = over TLS; empty = ${LOCAL_REDIS}. ` +
      'With REDIS__SENTINELS, its host and port are not used.',
    expected:
      'a URL such as redis://user:password@host:6379/0 or rediss://…, special characters percent-encoded, without query',
    whenEmpty: LOCAL_REDIS,
    read: readRedisUrl,
  })
  url: Secret<string>;

  /** Empty = the server of `url`. */
  @List({
    about: 'Sentinels that know which server is the master; empty = the server of REDIS__URL.',
    expected: 'host:port, separated by commas, IPv6 addresses in brackets',
    item: readHostAndPort,
  })
  sentinels: readonly HostAndPort[];

  @Text({
    about: 'What the sentinels call the servers.',
    expected: 'letters, digits, dots, hyphens or underscores',
    default: 'mymaster',
    read: (text) => (/^[\w.-]+$/.test(text) ? text : undefined),
  })
  sentinelMaster: string;

  /** null = the sentinels ask for none. */
  @SecretValue({
    about: 'The password of the sentinels themselves; empty = none. That of Redis stands in REDIS__URL.',
    expected: 'text',
    read: (text) => text,
  })
  sentinelPassword: Secret<string> | null;

  /** The certificates in PEM; null = those that Node.js trusts. */
  @Text({
    name: 'TLS_CA_FILE',
    about: 'Who vouches for the certificate of a rediss:// server; empty = the authorities that Node.js trusts.',
    expected: 'the path of a readable file of certificates in PEM',
    read: readCertificateFile,
  })
  tlsCa: string | null;

  @Text({
    about: 'What the names of all keys begin with; different for each installation on one Redis.',
    expected: '1 to 32 letters, digits, dots, hyphens or underscores',
    default: 'pc',
    read: (text) => (/^[\w.-]{1,32}$/.test(text) ? text : undefined),
  })
  keyPrefix: string;

  @Integer({
    about: 'How long an answer of Redis is waited for, before PostgreSQL is asked.',
    unit: 'milliseconds',
    min: 20,
    max: 1000,
    default: 75,
  })
  commandTimeoutMs: number;
}
