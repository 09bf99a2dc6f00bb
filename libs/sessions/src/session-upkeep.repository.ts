import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database';
import { idleCutoff, plusSeconds } from './session.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';

/** A use of an expired session that some process has yet to write is by now written. */
const EXPIRED_KEPT_SECONDS = 120;
const ENDED_KEPT_SECONDS = 86_400;

export interface SweptBatch {
  removed: number;
  /** Where the next batch begins; `null` when the whole table has been walked. */
  next: string | null;
}

/** The statements over many sessions at once: writing last uses behind, and removing what is over. */
@Injectable()
export class SessionUpkeepRepository {
  constructor(
    private readonly database: Database,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {}

  /** Moves the sessions' last use forward, never back. Answers the ids that wait because their row is locked. */
  async recordLastSeen(seen: readonly (readonly [id: string, at: Date])[]): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      `with seen as (select * from unnest($1::uuid[], $2::timestamptz[]) as seen (id, at)),
       live as (select s.id from sessions s where s.id = any($1::uuid[]) and s.ended_at is null),
       free as (
         select s.id from sessions s where s.id = any($1::uuid[]) and s.ended_at is null order by s.id for update skip locked
       ),
       written as (
         update sessions s set last_seen_at = greatest(s.last_seen_at, seen.at)
         from free join seen on seen.id = free.id where s.id = free.id
       )
       select id from live except select id from free`,
      [seen.map(([id]) => id), seen.map(([, at]) => at)],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Looks at the `size` sessions after `from` in the order of their ids and removes those that are over. Walking the
   * primary key bounds every batch and needs no index on the column that is written most, `last_seen_at`.
   */
  async sweep(from: string, size: number, now: Date): Promise<SweptBatch> {
    const kept = plusSeconds(now, -EXPIRED_KEPT_SECONDS);
    const row = await this.database.row<{ looked: number; removed: number; last: string | null }>(
      `with batch as (select * from sessions s where s.id > $1 order by s.id limit $2),
       over as (
         select s.id from sessions s where s.id in (
           select id from batch where ended_at <= $3 or expires_at <= $4
             or last_seen_at <= case when remembered then $5::timestamptz else $6::timestamptz end
         ) order by s.id for update skip locked
       ),
       removed as (delete from sessions s using over where s.id = over.id returning s.id)
       select (select count(*)::int from batch) as looked, (select count(*)::int from removed) as removed,
         (select id from batch order by id desc limit 1) as last`,
      [
        from,
        size,
        plusSeconds(now, -ENDED_KEPT_SECONDS),
        kept,
        idleCutoff(true, this.limits, kept),
        idleCutoff(false, this.limits, kept),
      ],
    );
    const { looked, removed, last } = row!;
    return { removed, next: looked < size ? null : last };
  }
}
