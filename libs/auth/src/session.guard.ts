import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CallerContext } from '#cache';
import { InvalidAccessToken, LastSeen, type LiveSession, SessionStore } from '#sessions';
import { AccessTokens } from './access-tokens.js';
import { StaleAuthentication, Unauthenticated } from './auth.errors.js';
import { AUTH_OPTIONS, type AuthOptions } from './auth.options.js';
import { bearerToken } from './bearer-token.js';
import { attachSession } from './current-session.decorator.js';
import { FRESHNESS, type Freshness } from './fresh.decorator.js';
import type { IncomingRequest } from './incoming-request.js';
import { IS_PUBLIC } from './public.decorator.js';

/**
 * Lets a request through that is for a `@Public()` route or brings an access token of a session that lives now: a session
 * is accepted because it exists, so one that was ended is refused from the next request on.
 * Tells `CallerContext` who calls, in an application that has one.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
    private readonly store: SessionStore,
    private readonly lastSeen: LastSeen,
    @Inject(AUTH_OPTIONS) private readonly options: AuthOptions,
    @Optional() private readonly callers?: CallerContext,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.says<boolean>(IS_PUBLIC, context)) return true;
    const request = context.switchToHttp().getRequest<IncomingRequest>();
    const now = new Date();
    const live = await this.authenticate(request, now);
    this.requireFreshness(this.says<Freshness>(FRESHNESS, context), live, now);
    this.lastSeen.record(live.session.id, now);
    attachSession(request, live);
    this.callers?.identify(live.user.id);
    return true;
  }

  private async authenticate(request: IncomingRequest, now: Date): Promise<LiveSession> {
    const token = bearerToken(request);
    if (token === undefined) throw new Unauthenticated();
    const claims = token === null ? null : this.tokens.verify(token, now);
    const live = claims && (await this.store.find(claims.userId, claims.sessionId, now));
    if (!live) throw new InvalidAccessToken();
    return live;
  }

  private requireFreshness(when: Freshness | undefined, { session }: LiveSession, now: Date): void {
    const isRequired = when === 'always' || (when === 'ending' && this.options.freshForEnding);
    const age = now.getTime() - session.createdAt.getTime();
    if (isRequired && age >= this.options.freshSeconds * 1000) throw new StaleAuthentication(this.options.freshSeconds);
  }

  private says<T>(key: string, context: ExecutionContext): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
  }
}
