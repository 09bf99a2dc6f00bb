import pg from 'pg';
import { mayPass, placeOf } from './connect.js';

const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

function answer(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('an answer', 0, 'error'), { code });
}

describe(mayPass, () => {
  it.each([
    failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
    failure('getaddrinfo ENOTFOUND db', 'ENOTFOUND'),
    failure('timeout expired'),
    failure('Connection terminated unexpectedly'),
    answer('57P03'),
    answer('53300'),
  ])('waits for a server that may come: %s', (error) => {
    expect(mayPass(error)).toBe(true);
  });

  it.each([
    failure('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
    failure('The server does not support SSL connections'),
    failure('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
    answer('28P01'),
    answer('3D000'),
  ])('does not wait for what stays wrong: %s', (error) => {
    expect(mayPass(error)).toBe(false);
  });
});

describe(placeOf, () => {
  it('names host, port and database', () => {
    expect(placeOf('postgres://user:secret@db.example/portcullis?application_name=x')).toBe(
      'at db.example:5432/portcullis',
    );
  });

  it.each([
    'postgres://user:123/456secret@host/db',
    'postgres://user:1?2@host/db',
    'postgres://user:pass#word@host/db',
  ])('shows nothing of a URL that its password has torn: %s', (url) => {
    expect(placeOf(url)).toBe('at its URL');
  });
});
