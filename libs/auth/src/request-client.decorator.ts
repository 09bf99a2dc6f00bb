import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Client } from '#sessions';
import type { IncomingRequest } from './incoming-request.js';

const MAX_USER_AGENT = 256;

/** The address and the user agent of the caller, as the list of sessions shows them. */
export const RequestClient = createParamDecorator((_: unknown, context: ExecutionContext): Client => {
  const { ip, headers } = context.switchToHttp().getRequest<IncomingRequest>();
  return { ip: ip ?? null, userAgent: readableUserAgent(headers['user-agent']) };
});

function readableUserAgent(header: string | string[] | undefined): string | null {
  const text = [header].flat().join(' ').replace(/\p{C}/gu, '').trim();
  return text.slice(0, MAX_USER_AGENT) || null;
}
