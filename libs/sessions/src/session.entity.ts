import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from '#users';
import type { SessionEndReason } from './session.js';

/** The truth about a session. It lives while `endedAt` is null and neither of its limits has passed. */
@Entity('sessions')
@Index(['userId', 'id'])
export class SessionEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn()
  user: Relation<User>;

  /** 256 random bits from which, with the deployment's secret, the session's refresh tokens are made. */
  @Column('bytea')
  seed: Buffer;

  /** The secret key that made the current refresh token. */
  @Column('text')
  keyId: string;

  /** The number of the current refresh token: rotation is a compare-and-set on it. */
  @Column('integer')
  tokenNumber: number;

  /** When the most recent refresh tokens replaced their predecessors, newest first. */
  @Column('timestamptz', { array: true })
  rotatedAt: Date[];

  @Column('boolean')
  remembered: boolean;

  @Column('text', { nullable: true })
  deviceName: string | null;

  @Column('text', { nullable: true })
  userAgent: string | null;

  @Column('text', { nullable: true })
  ip: string | null;

  @Column('timestamptz')
  createdAt: Date;

  /** Not indexed, so that writing it behind stays a heap-only update. */
  @Column('timestamptz')
  lastSeenAt: Date;

  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;

  @Column('text', { nullable: true })
  endReason: SessionEndReason | null;
}
