import { ApiProperty } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { SingleLine } from '#http';
import type { Session } from '#sessions';

/** Where a user is logged in; never a token. */
export class SessionDto {
  /** @example "0199a1c0-5a3e-7cc4-9d6b-0d9a7f3f2b10" */
  id: string;

  /** Whether this request was made with it. */
  current: boolean;

  /** @example "Ana’s laptop" */
  deviceName: string | null;

  /** @example "curl/8.5.0" */
  userAgent: string | null;

  /** @example "203.0.113.7" */
  ip: string | null;

  createdAt: Date;

  /** At most some 30 s behind. */
  lastSeenAt: Date;

  /** When it ends unless it is used before. */
  idleExpiresAt: Date;

  /** When it ends, however much it is used. */
  expiresAt: Date;
}

export class SessionListDto {
  items: SessionDto[];
}

export class RenameSessionDto {
  /** What to call the device; `null` takes the name away. */
  @ValidateIf((_, value) => value !== null)
  @SingleLine(1, 80)
  @ApiProperty({ type: String, nullable: true, minLength: 1, maxLength: 80, example: 'Kitchen tablet' })
  deviceName: string | null;
}

export class EndSessionsQuery {
  /** `others` spares the session of this request; `all` does not. */
  @IsIn(['others', 'all'], { message: 'must be others or all' })
  scope: 'others' | 'all';
}

export class EndedSessionsDto {
  /**
   * How many sessions were ended.
   * @example 2
   */
  revoked: number;
}

/** What its owner sees of a session. */
export function presentSession(session: Session, currentId: string, idleExpiresAt: Date): SessionDto {
  const { id, deviceName, userAgent, ip, createdAt, lastSeenAt, expiresAt } = session;
  return {
    id,
    current: id === currentId,
    deviceName,
    userAgent,
    ip,
    createdAt,
    lastSeenAt,
    idleExpiresAt,
    expiresAt,
  };
}
