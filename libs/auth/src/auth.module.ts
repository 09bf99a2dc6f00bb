import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { DevelopmentSecrets } from '#database';
import { HttpModule } from '#http';
import { UsersModule } from '#users';
import { AccessTokens } from './access-tokens.js';
import { AccountLifecycle } from './account-lifecycle.js';
import { AuthController } from './auth.controller.js';
import { AUTH_OPTIONS, type AuthOptions } from './auth.options.js';
import { AuthService } from './auth.service.js';
import { AuthenticationAnswer } from './authentication-answer.js';
import { JwksController } from './jwks.controller.js';
import { PasswordController } from './password.controller.js';
import { PasswordService } from './password.service.js';
import { PasswordHasher } from './password-hasher.js';
import { ReauthenticationService } from './reauthentication.service.js';
import { RegistrationService } from './registration.service.js';
import { SessionGuard } from './session.guard.js';
import { SessionsController } from './sessions.controller.js';
import { generateSigningKeySet, type SigningKeySet, SigningKeys } from './signing-keys.js';

/**
 * Accounts, logins and the guard that closes every route of the application but those marked `@Public()`. Brings
 * HttpModule, whose input rules and problem documents then hold for the whole application. Needs DatabaseModule,
 * SessionsModule and a global module that exports `options.lifecycle`. Configured once, in the
 * composition root.
 */
@Module({})
export class AuthModule {
  static forRoot(options: AuthOptions): DynamicModule {
    return {
      module: AuthModule,
      imports: [HttpModule, UsersModule, JwtModule.register({})],
      controllers: [AuthController, PasswordController, SessionsController, JwksController],
      providers: [
        { provide: AUTH_OPTIONS, useValue: options },
        { provide: AccountLifecycle, useExisting: options.lifecycle },
        {
          provide: SigningKeys,
          inject: [DevelopmentSecrets],
          useFactory: async (development: DevelopmentSecrets) =>
            new SigningKeys(
              options.signingKeys === 'development' ? await developmentKeys(development) : options.signingKeys,
            ),
        },
        { provide: APP_GUARD, useClass: SessionGuard },
        AccessTokens,
        AuthenticationAnswer,
        AuthService,
        PasswordHasher,
        PasswordService,
        ReauthenticationService,
        RegistrationService,
      ],
    };
  }
}

async function developmentKeys(development: DevelopmentSecrets): Promise<SigningKeySet> {
  return JSON.parse(
    await development.obtain('jwt_keys', () => JSON.stringify(generateSigningKeySet(randomUUID()))),
  ) as SigningKeySet;
}
