import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class MemoryLease1795305600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table fence add column memory_lease_ms integer not null default 0');
    await queryRunner.query('alter table fence alter column memory_lease_ms drop default');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table fence drop column memory_lease_ms');
  }
}
