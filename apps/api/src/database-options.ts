import { FenceEntity, InvalidationEntity } from '#coherence';
import type { Config } from '#config';
import { type DatabaseOptions, migrations } from '#database';
import { Profile } from '#profile';
import { SessionEntity } from '#sessions';
import { User } from '#users';

/** Every table of the server, and how to bring them about. */
export const schema = { entities: [User, SessionEntity, Profile, FenceEntity, InvalidationEntity], migrations };

/** The server's database, as the configuration describes it. */
export function databaseOptions({ database }: Config): DatabaseOptions {
  return {
    ...schema,
    url: database.url?.reveal() ?? null,
    directUrl: database.directUrl?.reveal() ?? null,
    dataDir: database.dataDir,
    poolSize: database.poolSize,
    migrateAtStart: database.migrateAtStart,
  };
}
