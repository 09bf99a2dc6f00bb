import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#database';
import type { Client } from './client.js';

/** What PostgreSQL knows of a session's refresh tokens: enough to recognise all of them and to make the current one. */
export interface RefreshState {
  userId: string;
  seed: Buffer;
  keyId: string;
  tokenNumber: number;
  /** When the most recent tokens replaced their predecessors, newest first. */
  rotatedAt: Date[];
}

export interface Rotation {
  sessionId: string;
  /** The number of the token that is replaced. */
  from: number;
  /** The secret key that makes its successor. */
  keyId: string;
  client: Client;
  now: Date;
}

const ROTATIONS_REMEMBERED = 32;

@Injectable()
export class RefreshTokenRepository {
  constructor(private readonly database: Database) {}

  /** Also of a session that has ended: whether it may be used is for others to say. */
  find(sessionId: string): Promise<RefreshState | null> {
    return this.database.row<RefreshState>(
      'select user_id, seed, key_id, token_number, rotated_at from sessions where id = $1',
      [sessionId],
    );
  }

  /**
   * Makes the next token the current one, if `from` still is and the session lives: of any number of callers with the
   * same `from`, in any number of processes, one gets `true`.
   */
  async rotate(rotation: Rotation, on: Queryable = this.database): Promise<boolean> {
    const { sessionId, from, keyId, client, now } = rotation;
    const rotated = await on.execute(
      `update sessions s set token_number = s.token_number + 1, rotated_at = ($4::timestamptz || s.rotated_at)[1:$7],
         key_id = $3, last_seen_at = greatest(s.last_seen_at, $4), ip = $5, user_agent = $6
       from users u where s.id = $1 and s.token_number = $2 and s.ended_at is null and s.expires_at > $4
         and u.id = s.user_id and u.banned_at is null`,
      [sessionId, from, keyId, now, client.ip, client.userAgent, ROTATIONS_REMEMBERED],
    );
    return rotated === 1;
  }
}
