import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { CodePoints, SingleLine } from '#http';
import type { ProfileRow } from './profile.repository.js';

export class ProfileDto {
  /** @example "0199a1c0-5a3e-7cc4-9d6b-0d9a7f3f2b0f" */
  userId: string;

  /** @example "Ana" */
  displayName: string | null;

  /** @example "Climbs gates." */
  bio: string | null;

  /** @example "pt-BR" */
  locale: string | null;

  /** @example "America/Sao_Paulo" */
  timeZone: string | null;

  /** @example "https://images.example.com/ana.png" */
  avatarUrl: string | null;

  /**
   * Raised by every change; also the ETag.
   * @example 2
   */
  version: number;

  createdAt: Date;

  updatedAt: Date;
}

/** What any user may see of another. */
export class PublicProfileDto {
  /** @example "0199a1c0-5a3e-7cc4-9d6b-0d9a7f3f2b0f" */
  userId: string;

  /** @example "Ana" */
  displayName: string | null;

  /** @example "Climbs gates." */
  bio: string | null;

  /** @example "https://images.example.com/ana.png" */
  avatarUrl: string | null;
}

const satisfies = (name: string, message: string, holds: (text: string) => boolean) =>
  ValidateBy({
    name,
    validator: { validate: (value) => typeof value === 'string' && holds(value), defaultMessage: () => message },
  });

const IsLocale = () => satisfies('isLocale', 'must be a BCP 47 language tag such as pt-BR', isLocale);
const IsTimeZone = () => satisfies('isTimeZone', 'must be an IANA time zone such as Europe/Berlin', isTimeZone);
const IsHttpsUrl = () => satisfies('isHttpsUrl', 'must be an https URL of at most 2048 characters', isHttpsUrl);

/** `null` clears a property, one that is left out stays as it is. */
const MayBeCleared = () => ValidateIf((_, value) => value !== undefined && value !== null);

export class UpdateProfileDto {
  /** @example "Ana" */
  @MayBeCleared()
  @SingleLine(1, 80)
  displayName?: string | null;

  /** @example "Climbs gates." */
  @MayBeCleared()
  @CodePoints(0, 500)
  bio?: string | null;

  /** @example "pt-BR" */
  @MayBeCleared()
  @IsLocale()
  locale?: string | null;

  /** @example "America/Sao_Paulo" */
  @MayBeCleared()
  @IsTimeZone()
  timeZone?: string | null;

  @MayBeCleared()
  @IsHttpsUrl()
  @ApiProperty({ type: String, nullable: true, format: 'uri', example: 'https://images.example.com/ana.png' })
  avatarUrl?: string | null;
}

export function presentProfile(profile: ProfileRow): ProfileDto {
  const { userId, displayName, bio, locale, timeZone, avatarUrl, version, createdAt, updatedAt } = profile;
  return { userId, displayName, bio, locale, timeZone, avatarUrl, version, createdAt, updatedAt };
}

export function presentPublicProfile({ userId, displayName, bio, avatarUrl }: ProfileRow): PublicProfileDto {
  return { userId, displayName, bio, avatarUrl };
}

function isLocale(text: string): boolean {
  try {
    return text.length <= 35 && Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && text.length <= 64 && Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

/** What a URL parser would mend, a page that shows the text would not. */
const WRITTEN_AS_HTTPS = /^https:\/\/[\p{L}\p{M}\p{N}.-]+(?::\d+)?(?:[/?#][^\s\p{C}"'<>\\^`{|}]*)?$/u;

function isHttpsUrl(text: string): boolean {
  if (text.length > 2048 || !WRITTEN_AS_HTTPS.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}
