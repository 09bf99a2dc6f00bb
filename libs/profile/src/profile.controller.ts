import { Body, Controller, Get, Headers, Param, Patch, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiSession, CurrentSession } from '#auth';
import { cacheStatus } from '#cache';
import { ApiProblem, UuidParam } from '#http';
import type { LiveSession } from '#sessions';
import { entityTag, namesTag } from './entity-tag.js';
import { ProfileDto, PublicProfileDto, presentProfile, presentPublicProfile, UpdateProfileDto } from './profile.dto.js';
import { ProfileService } from './profile.service.js';

/** What Fastify's and Express's replies have in common. */
interface Reply {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
}

@ApiTags('profile')
@ApiSession()
@Controller('v1')
export class ProfileController {
  constructor(private readonly profiles: ProfileService) {}

  /**
   * My profile.
   * @remarks The ETag is its version; Cache-Status says how the read was served (RFC 9211).
   */
  @Get('profile')
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'Answer 304 if the profile still has this ETag.' })
  @ApiOkResponse({ type: ProfileDto })
  @ApiResponse({ status: 304, description: 'The profile still has the ETag that If-None-Match names.' })
  async read(
    @CurrentSession() { user }: LiveSession,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProfileDto | undefined> {
    const { value, how } = await this.profiles.get(user.id);
    reply.header('Cache-Status', cacheStatus(how));
    describeVersion(reply, value.version);
    if (ifNoneMatch === undefined || !namesTag(ifNoneMatch, entityTag(value.version), 'weak'))
      return presentProfile(value);
    reply.status(304);
    return undefined;
  }

  /**
   * Change my profile.
   * @remarks What is left out stays, `null` clears; answers the whole.
   */
  @Patch('profile')
  @ApiHeader({ name: 'If-Match', required: false, description: 'Change it only if it still has this ETag.' })
  @ApiProblem(412, 'profile.changed', 'The profile has changed since the ETag that If-Match names.')
  @ApiProblem(422, 'request.invalid', 'The input is not valid.')
  async change(
    @CurrentSession() { user }: LiveSession,
    @Body() changes: UpdateProfileDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProfileDto> {
    const profile = await this.profiles.change(user.id, changes, ifMatch, new Date());
    describeVersion(reply, profile.version);
    return presentProfile(profile);
  }

  /** The public part of anybody's profile. */
  @Get('profiles/:userId')
  @ApiProblem(404, 'profile.not_found', 'There is no such user.')
  @ApiProblem(422, 'request.invalid', 'The id is not a UUID.')
  async readPublic(
    @Param('userId', UuidParam) userId: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<PublicProfileDto> {
    const { value, how } = await this.profiles.get(userId);
    reply.header('Cache-Status', cacheStatus(how));
    return presentPublicProfile(value);
  }
}

function describeVersion(reply: Reply, version: number): void {
  reply.header('ETag', entityTag(version));
  reply.header('Cache-Control', 'private, no-cache');
}
