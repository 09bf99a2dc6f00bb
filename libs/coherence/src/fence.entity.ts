import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that all nodes agree by. Changed by one statement of its own: a compare-and-set on the epoch. */
@Entity('fence')
@Check('fence_is_only_check', 'is_only')
export class FenceEntity {
  @PrimaryColumn('boolean')
  isOnly: true;

  /** Part of every key in Redis. A number and 64 random bits, so that none is ever used twice. */
  @Column('text')
  epoch: string;

  /** The Redis whose copies are trusted; null = none is. */
  @Column('text', { nullable: true })
  redisIdentity: string | null;

  /** The PostgreSQL that wrote this: restored or promoted, it may have lost what copies still hold. */
  @Column('text')
  databaseIdentity: string;

  /** The longest fence lease of any node. */
  @Column('integer')
  leaseMs: number;

  /** The longest lease of any memory; 0 = nobody keeps copies in memory. */
  @Column('integer')
  memoryLeaseMs: number;

  /** For people; programs measure time by their own clocks. */
  @Column('timestamptz')
  changedAt: Date;

  /** When a Redis was last trusted anew, and how long after that the next one has to wait. */
  @Column('timestamptz')
  returnedAt: Date;

  @Column('integer')
  backOffMs: number;
}
