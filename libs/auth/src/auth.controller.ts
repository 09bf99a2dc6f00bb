import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '#http';
import { type Client, type LiveSession, RefreshRotation } from '#sessions';
import { AuthenticationDto, WhoAmIDto } from './account.dto.js';
import { ApiCredentialRace, ApiPassword, ApiSession } from './api-session.decorator.js';
import { SeveralCredentials, Unauthenticated } from './auth.errors.js';
import { AuthService } from './auth.service.js';
import { AuthenticationAnswer } from './authentication-answer.js';
import { bearerToken } from './bearer-token.js';
import { LoginDto, LogoutDto, ReauthenticateDto, RefreshDto, RegisterDto } from './credentials.dto.js';
import { CurrentSession } from './current-session.decorator.js';
import type { IncomingRequest } from './incoming-request.js';
import { Public } from './public.decorator.js';
import { ReauthenticationService } from './reauthentication.service.js';
import { RegistrationService } from './registration.service.js';
import { RequestClient } from './request-client.decorator.js';

@ApiTags('auth')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly auth: AuthService,
    private readonly reauthentication: ReauthenticationService,
    private readonly rotation: RefreshRotation,
    private readonly answer: AuthenticationAnswer,
  ) {}

  /** Make an account and log in. */
  @Post('register')
  @Public()
  @ApiPassword()
  @ApiProblem(409, 'auth.email_taken', 'Another account has this e-mail.')
  async register(@Body() body: RegisterDto, @RequestClient() client: Client): Promise<AuthenticationDto> {
    const now = new Date();
    return this.answer.grant(await this.registration.register(body, client, now), now);
  }

  /** Log in: start a session on this device. */
  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiPassword()
  @ApiCredentialRace()
  @ApiProblem(401, 'auth.invalid_credentials', 'The e-mail or the password is wrong.')
  @ApiProblem(409, 'sessions.limit_reached', 'Too many sessions, and the policy is to refuse more.')
  async login(@Body() body: LoginDto, @RequestClient() client: Client): Promise<AuthenticationDto> {
    const now = new Date();
    return this.answer.grant(await this.auth.login(body, client, now), now);
  }

  /**
   * Exchange the refresh token for the next pair of tokens.
   * @remarks A token that was replaced a moment ago (two tabs, a lost reply) gets the current pair; one that was replaced
   * longer ago is taken for stolen, and its session ends.
   */
  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiProblem(401, 'auth.invalid_refresh_token', 'The token is not valid, or its session is over.')
  @ApiProblem(422, 'request.invalid', 'The input is not valid.')
  async refresh(@Body() body: RefreshDto, @RequestClient() client: Client): Promise<AuthenticationDto> {
    const now = new Date();
    return this.answer.grant(await this.rotation.refresh(body.refreshToken, client, now), now);
  }

  /**
   * Log out.
   * @remarks Ends the session of the access token in the header or of the refresh token in the body, even if that token has
   * expired. A token that is not ours (any more) ends nothing, and is answered alike.
   */
  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiBearerAuth()
  @ApiProblem(400, 'auth.several_credentials', 'More than one credential.')
  @ApiProblem(401, 'auth.unauthenticated', 'No credential at all.')
  @ApiProblem(422, 'request.invalid', 'The input is not valid.')
  async logout(@Req() request: IncomingRequest, @Body() { refreshToken: refresh }: LogoutDto): Promise<void> {
    const access = bearerToken(request) ?? undefined;
    if (access !== undefined && refresh !== undefined) throw new SeveralCredentials();
    if (access !== undefined) await this.auth.logout({ access }, new Date());
    else if (refresh !== undefined) await this.auth.logout({ refresh }, new Date());
    else throw new Unauthenticated();
  }

  /** Prove again who you are: a new session in place of the current one. */
  @Post('reauthenticate')
  @HttpCode(200)
  @ApiSession()
  @ApiPassword()
  @ApiCredentialRace()
  @ApiProblem(401, 'auth.invalid_credentials', 'The password is wrong.')
  async reauthenticate(
    @CurrentSession() live: LiveSession,
    @Body() body: ReauthenticateDto,
    @RequestClient() client: Client,
  ): Promise<AuthenticationDto> {
    const now = new Date();
    return this.answer.grant(await this.reauthentication.reauthenticate(live, body.password, client, now), now);
  }

  /** Who am I, and by which session? */
  @Get('session')
  @ApiSession()
  whoAmI(@CurrentSession() live: LiveSession): Promise<WhoAmIDto> {
    return this.answer.whoAmI(live);
  }
}
