import PgBoss from 'pg-boss';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { QUEUE_SCHEMA } from '../boss.js';

/** Jobs are taken oldest first; without it, to take one means to sort all that wait. */
const IN_ORDER = `create index job_in_order on ${QUEUE_SCHEMA}.job (name, created_on, id) where state < 'active'`;

/** The tables of pg-boss 10 (its schema 24), in a schema of their own. */
export class Queue1795305600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(withoutTransaction(PgBoss.getConstructionPlans(QUEUE_SCHEMA)));
    await queryRunner.query(IN_ORDER);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop schema ${QUEUE_SCHEMA} cascade`);
  }
}

/** A migration has its own: the COMMIT of the plan would end it too soon. */
function withoutTransaction(plan: string): string {
  const [, statements] = /^\s*BEGIN;(.*)COMMIT;\s*$/s.exec(plan) ?? [];
  if (statements === undefined) throw new Error('The plan of pg-boss is not one transaction.');
  return statements;
}
