import { Section } from '../setting.js';
import { Choice, Flag, Integer, NotAbove } from '../setting-kinds.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LIFETIME = { unit: 'seconds', min: MINUTE, max: 400 * DAY };
const CAP_POLICIES = ['end_oldest', 'refuse'] as const;

@Section('SESSIONS', 'How long somebody stays logged in')
export class SessionsSettings {
  @NotAbove('absoluteSeconds')
  @Integer({ about: 'A session ends when unused for this long.', ...LIFETIME, default: DAY })
  idleSeconds: number;

  @Integer({ about: 'A session ends this long after login, however much it is used.', ...LIFETIME, default: 7 * DAY })
  absoluteSeconds: number;

  @NotAbove('rememberedAbsoluteSeconds')
  @Integer({ about: 'As SESSIONS__IDLE_SECONDS, for a login with remember-me.', ...LIFETIME, default: 30 * DAY })
  rememberedIdleSeconds: number;

  @Integer({ about: 'As SESSIONS__ABSOLUTE_SECONDS, for a login with remember-me.', ...LIFETIME, default: 90 * DAY })
  rememberedAbsoluteSeconds: number;

  @Integer({
    about: 'How long a replaced refresh token still gets the current one (two tabs, a lost answer) and is not theft.',
    unit: 'seconds',
    min: 0,
    max: 120,
    default: 20,
  })
  refreshGraceSeconds: number;

  @Integer({
    about: 'How long after the password was given sensitive changes need no new proof of it.',
    unit: 'seconds',
    min: 30,
    max: DAY,
    default: 5 * MINUTE,
  })
  freshSeconds: number;

  @Flag({ about: "Whether ending one's own sessions needs such a proof too.", default: false })
  freshForEnding: boolean;

  @Integer({ about: 'The most live sessions of one user.', unit: 'sessions', min: 1, max: 10_000, default: 50 })
  maxPerUser: number;

  @Choice({
    about: 'What a login beyond that does: end the oldest session, or be refused.',
    of: CAP_POLICIES,
    default: 'end_oldest',
  })
  capPolicy: (typeof CAP_POLICIES)[number];
}
