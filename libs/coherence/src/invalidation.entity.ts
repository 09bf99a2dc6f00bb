import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The outbox: copies that a committed change has made wrong and that are yet to be removed. */
@Entity('invalidations')
export class InvalidationEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { array: true })
  keys: string[];

  @Column('timestamptz')
  createdAt: Date;
}
