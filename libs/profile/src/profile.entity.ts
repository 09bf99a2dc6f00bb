import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from '#users';

/** What users say of themselves. */
@Entity('profiles')
export class Profile {
  @PrimaryColumn('uuid')
  userId: string;

  @OneToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn()
  user: Relation<User>;

  @Column('text', { nullable: true })
  displayName: string | null;

  @Column('text', { nullable: true })
  bio: string | null;

  /** A BCP 47 language tag. */
  @Column('text', { nullable: true })
  locale: string | null;

  /** A name of the IANA time zone database. */
  @Column('text', { nullable: true })
  timeZone: string | null;

  /** Shown, never fetched. */
  @Column('text', { nullable: true })
  avatarUrl: string | null;

  /** Raised by every change; the entity tag of the resource. */
  @Column('integer')
  version: number;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  updatedAt: Date;
}
