import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TABLES = [
  `create table development_secrets (
    name text primary key,
    value text not null,
    created_at timestamptz not null
  )`,
  `create table users (
    id uuid primary key,
    email text not null,
    email_canonical text not null unique,
    email_verified boolean not null,
    password_hash text not null,
    credential_version integer not null,
    role text not null constraint users_role_check check (role in ('user', 'admin')),
    banned_at timestamptz,
    created_at timestamptz not null
  )`,
  // Room in every page, so that the last use of a session is written in place (a heap-only update).
  `create table sessions (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    seed bytea not null,
    key_id text not null,
    token_number integer not null,
    rotated_at timestamptz[] not null,
    remembered boolean not null,
    device_name text,
    user_agent text,
    ip text,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text
  ) with (fillfactor = 85)`,
  `create index on sessions (user_id, id)`,
  `create table profiles (
    user_id uuid primary key references users on delete cascade,
    display_name text,
    bio text,
    locale text,
    time_zone text,
    avatar_url text,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
];

export class Foundation1763683200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table profiles, sessions, users, development_secrets');
  }
}
