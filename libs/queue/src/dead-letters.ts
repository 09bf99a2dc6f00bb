import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Database } from '#database';
import { deadLettersOf, QUEUE_SCHEMA } from './boss.js';
import type { JobType } from './job-type.js';
import { Queue } from './queue.js';

/** A job that has used up its tries. */
export interface DeadLetter<Payload extends object = object> {
  /** Its own; that of the job is no more. */
  id: string;
  payload: Payload;
  /** Name and message of what the last attempt failed with. */
  reason: string;
  diedAt: Date;
}

interface Row<Payload extends object> {
  id: string;
  payload: Payload;
  output: { name?: string; message?: string; value?: { message?: string } } | null;
  diedAt: Date;
}

const MOST_AT_ONCE = 1_000;
const COLUMNS = 'id, data as payload, output, created_on as died_at';

/** Jobs that have used up their tries, to be looked at, tried again or thrown away. Throws `DatabaseUnavailable`. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly queue: Queue,
  ) {}

  /** The oldest first; 100 unless told, at most 1,000. */
  async list<Payload extends object>(type: JobType<Payload>, limit = 100): Promise<DeadLetter<Payload>[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_AT_ONCE)
      throw new RangeError(`limit must be a whole number from 1 to ${MOST_AT_ONCE}.`);
    const rows = await this.database.rows<Row<Payload>>(
      `select ${COLUMNS} from ${QUEUE_SCHEMA}.job where name = $1 and state = 'created' order by created_on, id limit $2`,
      [deadLettersOf(type.name), limit],
    );
    return rows.map(asDeadLetter);
  }

  /** Null when there is none of this id. */
  async find<Payload extends object>(type: JobType<Payload>, id: string): Promise<DeadLetter<Payload> | null> {
    if (!isUuid(id)) return null;
    const row = await this.database.row<Row<Payload>>(
      `select ${COLUMNS} from ${QUEUE_SCHEMA}.job where name = $1 and id = $2 and state = 'created'`,
      [deadLettersOf(type.name), id],
    );
    return row && asDeadLetter(row);
  }

  /** Enqueues it as a new job with all its tries. Answers that job's id, or null when there is no such dead letter. */
  async retry(type: JobType, id: string): Promise<string | null> {
    if (!isUuid(id)) return null;
    return this.database.inTransaction(async (tx) => {
      const taken = await tx.row<{ payload: object }>(
        `delete from ${QUEUE_SCHEMA}.job where name = $1 and id = $2 and state = 'created' returning data as payload`,
        [deadLettersOf(type.name), id],
      );
      return taken && this.queue.enqueue(tx, type, taken.payload);
    });
  }

  /** Throws it away; false when there is none of this id. */
  async discard(type: JobType, id: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    const discarded = await this.database.execute(
      `delete from ${QUEUE_SCHEMA}.job where name = $1 and id = $2 and state = 'created'`,
      [deadLettersOf(type.name), id],
    );
    return discarded === 1;
  }
}

/** What the library itself notes of a killed process is nested otherwise. */
function asDeadLetter<Payload extends object>({ id, payload, output, diedAt }: Row<Payload>): DeadLetter<Payload> {
  const reason = output?.value
    ? 'The process that worked on it was killed, or could not say what became of it in time.'
    : `${output?.name}: ${output?.message}`;
  return { id, payload, reason, diedAt };
}
