import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '#http';
import type { Client, LiveSession } from '#sessions';
import { AuthenticationDto } from './account.dto.js';
import { ApiCredentialRace, ApiFreshness, ApiPassword, ApiSession } from './api-session.decorator.js';
import { AuthenticationAnswer } from './authentication-answer.js';
import { ChangePasswordDto } from './credentials.dto.js';
import { CurrentSession } from './current-session.decorator.js';
import { Fresh } from './fresh.decorator.js';
import { PasswordService } from './password.service.js';
import { RequestClient } from './request-client.decorator.js';

@ApiTags('password')
@Controller('v1/password')
export class PasswordController {
  constructor(
    private readonly passwords: PasswordService,
    private readonly answer: AuthenticationAnswer,
  ) {}

  /** Change the password: every session ends, and this device gets a new one. */
  @Post('change')
  @HttpCode(200)
  @Fresh()
  @ApiSession()
  @ApiFreshness()
  @ApiPassword()
  @ApiCredentialRace()
  @ApiProblem(401, 'auth.invalid_credentials', 'The current password is wrong.')
  async change(
    @CurrentSession() live: LiveSession,
    @Body() body: ChangePasswordDto,
    @RequestClient() client: Client,
  ): Promise<AuthenticationDto> {
    const now = new Date();
    return this.answer.grant(await this.passwords.change(live, body, client, now), now);
  }
}
