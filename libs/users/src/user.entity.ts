import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

export type Role = 'user' | 'admin';

/** Who can log in. The row is also the lock under which sessions start and credentials change. */
@Entity('users')
@Unique(['emailCanonical'])
@Check('users_role_check', `role in ('user', 'admin')`)
export class User {
  @PrimaryColumn('uuid')
  id: string;

  /** As typed by its owner: the form that mails are sent to. */
  @Column('text')
  email: string;

  /** As {@link canonicalEmail} writes it: the form that is unique. */
  @Column('text')
  emailCanonical: string;

  @Column('boolean')
  emailVerified: boolean;

  /** argon2id in PHC string format, its parameters included. */
  @Column('text')
  passwordHash: string;

  /** Raised with every change of a credential: a login that checked the old one can no longer start a session. */
  @Column('integer')
  credentialVersion: number;

  @Column('text')
  role: Role;

  @Column('timestamptz', { nullable: true })
  bannedAt: Date | null;

  @Column('timestamptz')
  createdAt: Date;
}
