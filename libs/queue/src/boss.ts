import PgBoss from 'pg-boss';
import type { Queryable } from '#database';

/** Where the tables of the queue are: apart from ours, and from a pg-boss of the host application. */
export const QUEUE_SCHEMA = 'portcullis_queue';

/** What has been done is kept for an hour, then, for a day more, where no worker has to pass it by. */
const DONE_FOR_SECONDS = 3_600;
const ARCHIVED_FOR_HOURS = 24;

/** Our connections, as pg-boss asks for them. */
export function on(queryable: Queryable): PgBoss.Db {
  return { executeSql: async (text, values) => ({ rows: await queryable.rows<object>(text, values) }) };
}

/**
 * pg-boss without what would get in our way: it opens no connection, changes no table, keeps no cron schedules, and its
 * own workers are not used (they leave the rejected promises of a lost database to nobody, which ends the process).
 */
export function createBoss(db: PgBoss.Db, maintenanceSeconds?: number): PgBoss {
  return new PgBoss({
    db,
    schema: QUEUE_SCHEMA,
    migrate: false,
    schedule: false,
    supervise: maintenanceSeconds !== undefined,
    ...(maintenanceSeconds !== undefined && { maintenanceIntervalSeconds: maintenanceSeconds }),
    archiveCompletedAfterSeconds: DONE_FOR_SECONDS,
    deleteAfterHours: ARCHIVED_FOR_HOURS,
  });
}

/** Where jobs of this type go when they have used up their tries. No type can be called so. */
export function deadLettersOf(typeName: string): string {
  return `${typeName}/dead`;
}
