import { randomBytes } from 'node:crypto';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TABLES = [
  `create table fence (
    is_only boolean primary key constraint fence_is_only_check check (is_only),
    epoch text not null,
    redis_identity text,
    database_identity text not null,
    lease_ms integer not null,
    changed_at timestamptz not null,
    returned_at timestamptz not null,
    back_off_ms integer not null
  )`,
  `create table invalidations (
    id uuid primary key,
    keys text[] not null,
    created_at timestamptz not null
  )`,
];

export class Coherence1795219200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await queryRunner.query(statement);
    await queryRunner.query(`insert into fence values (true, '1-' || $1, null, '', 0, now(), '-infinity', 1000)`, [
      randomBytes(8).toString('base64url'),
    ]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table invalidations, fence');
  }
}
