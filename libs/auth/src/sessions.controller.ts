import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblem, UuidParam } from '#http';
import { type LiveSession, type Session, SessionNotFound, SessionsService } from '#sessions';
import { ApiFreshness, ApiSession } from './api-session.decorator.js';
import { CurrentSession } from './current-session.decorator.js';
import { Fresh } from './fresh.decorator.js';
import {
  EndedSessionsDto,
  EndSessionsQuery,
  presentSession,
  RenameSessionDto,
  SessionDto,
  SessionListDto,
} from './session.dto.js';

@ApiTags('sessions')
@ApiSession()
@Controller('v1/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  /** Where am I logged in? The most recently used first. */
  @Get()
  async list(@CurrentSession() { session, user }: LiveSession): Promise<SessionListDto> {
    const sessions = await this.sessions.list(user.id, new Date());
    return { items: sessions.map((each) => this.present(each, session)) };
  }

  /** Name the device of one of my sessions. */
  @Patch(':id')
  @ApiProblem(404, 'sessions.not_found', 'I have no live session with this id.')
  @ApiProblem(422, 'request.invalid', 'The input is not valid.')
  async rename(
    @CurrentSession() { session, user }: LiveSession,
    @Param('id', UuidParam) id: string,
    @Body() { deviceName }: RenameSessionDto,
  ): Promise<SessionDto> {
    return this.present(await this.sessions.rename(user.id, id, deviceName, new Date()), session);
  }

  /** End one of my sessions for good. */
  @Delete(':id')
  @HttpCode(204)
  @Fresh('ending')
  @ApiFreshness()
  @ApiProblem(404, 'sessions.not_found', 'I have no live session with this id.')
  @ApiProblem(422, 'request.invalid', 'The input is not valid.')
  async end(@CurrentSession() { user }: LiveSession, @Param('id', UuidParam) id: string): Promise<void> {
    if (!(await this.sessions.end(user.id, id, 'ended', new Date()))) throw new SessionNotFound();
  }

  /** End all my other sessions, or all of them with this one. */
  @Delete()
  @Fresh('ending')
  @ApiFreshness()
  @ApiProblem(422, 'request.invalid', 'The scope is missing or unknown.')
  async endMany(
    @CurrentSession() { session, user }: LiveSession,
    @Query() { scope }: EndSessionsQuery,
  ): Promise<EndedSessionsDto> {
    return { revoked: await this.sessions.endAllBut(user.id, scope === 'others' ? session.id : null, new Date()) };
  }

  private present(session: Session, current: Session): SessionDto {
    return presentSession(session, current.id, this.sessions.idleExpiresAt(session));
  }
}
