import { randomBytes } from 'node:crypto';
import type { ApiClient, Grant } from './api-client.js';

export interface Credentials {
  email: string;
  password: string;
}

/** Credentials that nobody has yet. */
export function newCredentials(): Credentials {
  const unique = randomBytes(8).toString('hex');
  return { email: `${unique}@example.com`, password: `correct horse ${unique}` };
}

/** Somebody with an account, who has logged in by registering. */
export async function newPerson(client: ApiClient, more: Record<string, unknown> = {}): Promise<Credentials & Grant> {
  const credentials = newCredentials();
  const { status, body } = await client.call<Grant>('POST', '/v1/auth/register', { body: { ...credentials, ...more } });
  expect(status).toBe(201);
  return { ...credentials, ...body };
}

/** One more session of that person. */
export async function logIn(
  client: ApiClient,
  { email, password }: Credentials,
  more: Record<string, unknown> = {},
): Promise<Grant> {
  const { status, body } = await client.call<Grant>('POST', '/v1/auth/login', { body: { email, password, ...more } });
  expect(status).toBe(200);
  return body;
}

/** The status with which the session is accepted or refused right now. */
export async function accessStatus(client: ApiClient, { accessToken }: { accessToken: string }): Promise<number> {
  return (await client.call('GET', '/v1/auth/session', { token: accessToken })).status;
}

export async function refreshStatus(client: ApiClient, { refreshToken }: { refreshToken: string }): Promise<number> {
  return (await client.call('POST', '/v1/auth/refresh', { body: { refreshToken } })).status;
}
