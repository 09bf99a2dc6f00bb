import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsString, ValidateBy, ValidateIf } from 'class-validator';
import { SingleLine } from '#http';
import { canonicalEmail } from '#users';
import { hasAllowedLength, mayBeAPassword } from './password-rules.js';

/** The property may be left out; unlike class-validator's IsOptional, `null` is not "left out". */
const MayBeLeftOut = () => ValidateIf((_, value) => value !== undefined);

const IsEmailAddress = () =>
  ValidateBy({
    name: 'isEmailAddress',
    validator: {
      validate: (value) => typeof value === 'string' && canonicalEmail(value) !== null,
      defaultMessage: () => 'must be an e-mail address',
    },
  });

const isPassword = (isAllowed: (password: string) => boolean, message: string) =>
  ValidateBy({
    name: 'isPassword',
    validator: { validate: (value) => typeof value === 'string' && isAllowed(value), defaultMessage: () => message },
  });

const IsNewPassword = () =>
  applyDecorators(
    isPassword(hasAllowedLength, 'must have 15 to 256 characters'),
    ApiProperty({ minLength: 15, maxLength: 256, example: 'correct horse battery staple' }),
  );

/** Any password that may once have been new, under whichever rules. */
const IsPassword = () =>
  applyDecorators(
    isPassword(mayBeAPassword, 'must have 1 to 256 characters'),
    ApiProperty({ minLength: 1, maxLength: 256, example: 'correct horse battery staple' }),
  );

export class LoginDto {
  /** @example "ana@example.com" */
  @IsEmailAddress()
  email: string;

  @IsPassword()
  password: string;

  /** Whether to stay logged in for long: the idle and absolute limits of remembered sessions apply. */
  @MayBeLeftOut()
  @IsBoolean()
  rememberMe?: boolean;

  /**
   * What to call this device in the list of sessions.
   * @example "Ana’s laptop"
   */
  @MayBeLeftOut()
  @SingleLine(1, 80)
  deviceName?: string;
}

export class RegisterDto extends LoginDto {
  @IsNewPassword()
  override password: string;

  /**
   * The name on the profile.
   * @example "Ana"
   */
  @MayBeLeftOut()
  @SingleLine(1, 80)
  displayName?: string;
}

export class RefreshDto {
  /** The refresh token of the last answer. */
  @IsString()
  refreshToken: string;
}

export class LogoutDto {
  /** Instead of the access token in the Authorization header. */
  @MayBeLeftOut()
  @IsString()
  refreshToken?: string;
}

export class ReauthenticateDto {
  @IsPassword()
  password: string;
}

export class ChangePasswordDto {
  @IsPassword()
  currentPassword: string;

  @IsNewPassword()
  newPassword: string;
}
