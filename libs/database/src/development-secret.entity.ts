import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that the first node of a development system made. */
@Entity('development_secrets')
export class DevelopmentSecret {
  @PrimaryColumn('text')
  name: string;

  @Column('text')
  value: string;

  @Column('timestamptz')
  createdAt: Date;
}
