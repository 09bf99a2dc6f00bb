import { PostgresNames } from './postgres-names.js';

describe(PostgresNames.name, () => {
  const names = new PostgresNames();

  it.each([
    ['id', 'id'],
    ['passwordHash', 'password_hash'],
    ['sha256Sum', 'sha256_sum'],
    ['userAgentURL', 'user_agent_url'],
  ])('makes of the property %s the column %s', (property, column) => {
    expect(names.columnName(property, '', [])).toBe(column);
  });

  it('names what belongs to a table as PostgreSQL does', () => {
    expect(names.primaryKeyName('users')).toBe('users_pkey');
    expect(names.uniqueConstraintName('users', ['email'])).toBe('users_email_key');
    expect(names.foreignKeyName('sessions', ['user_id'])).toBe('sessions_user_id_fkey');
    expect(names.indexName('sessions', ['user_id', 'ended_at'])).toBe('sessions_user_id_ended_at_idx');
  });
});
