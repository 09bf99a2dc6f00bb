import type { Client, SessionRequest } from '#sessions';
import type { User } from '#users';
import type { LoginDto } from './credentials.dto.js';

/** What the body of a login or a registration asks of the session. */
export function sessionRequest(user: User, body: LoginDto, client: Client): SessionRequest {
  const { rememberMe: remembered = false, deviceName = null } = body;
  return { userId: user.id, credentialVersion: user.credentialVersion, remembered, deviceName, client };
}
