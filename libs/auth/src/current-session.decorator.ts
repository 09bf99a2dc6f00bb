import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { LiveSession } from '#sessions';

const LIVE_SESSION = Symbol('portcullis:session');

interface RequestWithSession {
  [LIVE_SESSION]?: LiveSession;
}

/** Only for the guard, which has verified the session. */
export function attachSession(request: object, live: LiveSession): void {
  (request as RequestWithSession)[LIVE_SESSION] = live;
}

/** The session of the caller and whose it is: `@CurrentSession() { session, user }: LiveSession`. Not on public routes. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): LiveSession => {
  const live = context.switchToHttp().getRequest<RequestWithSession>()[LIVE_SESSION];
  if (!live) throw new Error('@CurrentSession() on a @Public() route: there is no session.');
  return live;
});
