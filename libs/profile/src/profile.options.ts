/** What ProfileModule must be told. */
export interface ProfileOptions {
  /** How long a copy of a profile may be served, in seconds; a change drops it at once. */
  ttlSeconds: number;
}

/** The token under which the options are told to the lib's own providers. */
export const PROFILE_OPTIONS = Symbol('PROFILE_OPTIONS');
