import { readPlainUrl } from '../plain-url.js';
import { type Secret } from '../secret.js';
import { Section } from '../setting.js';
import { Flag, Integer, SecretValue, Text } from '../setting-kinds.js';

const POSTGRES_URL = 'a URL such as postgres://user:password@host:5432/database, special characters percent-encoded';

@Section('DATABASE', 'PostgreSQL, which holds the truth')
export class DatabaseSettings {
  /** null = the embedded database in `dataDir`. */
  @SecretValue({
    about: 'The PostgreSQL server, 15 or newer; empty = an embedded one.',
    expected: POSTGRES_URL,
    neededInProduction: 'the embedded database is for development',
    read: readPostgresUrl,
  })
  url: Secret<string> | null;

  /** null = the same as `url`. */
  @SecretValue({
    about: 'The same database past a connection pooler, for advisory locks and LISTEN; empty = as DATABASE__URL.',
    expected: POSTGRES_URL,
    read: readPostgresUrl,
  })
  directUrl: Secret<string> | null;

  /** As given, so relative to the working directory unless absolute. */
  @Text({
    about: 'Where the embedded database keeps its files; held by one process at a time.',
    expected: 'the path of a folder',
    default: './data',
  })
  dataDir: string;

  @Integer({
    about:
      'The most connections for requests, kept open once opened; up to five more are for what must not wait behind them.',
    unit: 'connections',
    min: 2,
    max: 1000,
    default: 10,
  })
  poolSize: number;

  @Flag({ about: 'Bring the tables up to date at start; false = only npm run migrate does.', default: true })
  migrateAtStart: boolean;
}

function readPostgresUrl(text: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(text) && readPlainUrl(text) ? text : undefined;
}
