import { CacheSettings } from './sections/cache.settings.js';
import { CoherenceSettings } from './sections/coherence.settings.js';
import { DatabaseSettings } from './sections/database.settings.js';
import { HttpSettings } from './sections/http.settings.js';
import { JwtSettings } from './sections/jwt.settings.js';
import { LogSettings } from './sections/log.settings.js';
import { OpsSettings } from './sections/ops.settings.js';
import { type ProcessSettings } from './sections/process.settings.js';
import { RedisSettings } from './sections/redis.settings.js';
import { SecretsSettings } from './sections/secrets.settings.js';
import { SessionsSettings } from './sections/sessions.settings.js';

/** Every section, in the order of the documentation. */
export const SECTIONS = {
  http: HttpSettings,
  ops: OpsSettings,
  log: LogSettings,
  database: DatabaseSettings,
  redis: RedisSettings,
  coherence: CoherenceSettings,
  cache: CacheSettings,
  sessions: SessionsSettings,
  jwt: JwtSettings,
  secrets: SecretsSettings,
};

/** The sections by name, as plain values. */
export type Sections = { readonly [Key in keyof typeof SECTIONS]: Readonly<InstanceType<(typeof SECTIONS)[Key]>> };

/** The whole configuration: checked, complete with defaults and frozen to the bottom. Safe to print. */
export type Config = Readonly<ProcessSettings> &
  Sections & {
    /** Sentences for the log: what was given but is not known, or is allowed but deserves a thought. */
    readonly warnings: readonly string[];
  };
