import { Inject, Injectable } from '@nestjs/common';
import { CacheService, type CoherentNamespace, type Served } from '#cache';
import { Writes } from '#coherence';
import { type Transaction } from '#database';
import { entityTag, namesTag } from './entity-tag.js';
import type { UpdateProfileDto } from './profile.dto.js';
import { ProfileChanged, ProfileNotFound } from './profile.errors.js';
import { PROFILE_OPTIONS, type ProfileOptions } from './profile.options.js';
import { ProfileRepository, type ProfileRow } from './profile.repository.js';

/** Reads profiles through the cache; changes them by the path of every write, which drops the copies before it answers. */
@Injectable()
export class ProfileService {
  private readonly cache: CoherentNamespace<ProfileRow>;

  constructor(
    private readonly writes: Writes,
    private readonly profiles: ProfileRepository,
    cache: CacheService,
    @Inject(PROFILE_OPTIONS) { ttlSeconds }: ProfileOptions,
  ) {
    this.cache = cache.namespace('profile', { ttlSeconds });
  }

  /** Never older than the last acknowledged change. Throws {@link ProfileNotFound}. */
  get(userId: string): Promise<Served<ProfileRow>> {
    return this.cache.getOrLoad(userId, () => this.load(userId));
  }

  /**
   * Merges the changes and answers the whole; the version rises only if something did change. Throws
   * {@link ProfileChanged} when `ifMatch`, an If-Match field, does not name the current version.
   */
  change(userId: string, changes: UpdateProfileDto, ifMatch: string | undefined, now: Date): Promise<ProfileRow> {
    return this.writes.commit((tx, invalidate) => {
      invalidate(this.cache.key(userId));
      return this.changeIn(tx, userId, changes, ifMatch, now);
    });
  }

  private async changeIn(
    tx: Transaction,
    userId: string,
    changes: UpdateProfileDto,
    ifMatch: string | undefined,
    now: Date,
  ): Promise<ProfileRow> {
    const current = await this.profiles.lock(tx, userId);
    if (!current) throw new ProfileNotFound();
    if (ifMatch !== undefined && !namesTag(ifMatch, entityTag(current.version), 'strong')) throw new ProfileChanged();
    const next = merge(current, changes, now);
    if (next !== current) await this.profiles.update(tx, next);
    return next;
  }

  /** Who does not exist is not remembered: made-up ids must not push out what is. */
  private async load(userId: string): Promise<ProfileRow> {
    const profile = await this.profiles.find(userId);
    if (!profile) throw new ProfileNotFound();
    return profile;
  }
}

function merge(current: ProfileRow, changes: UpdateProfileDto, now: Date): ProfileRow {
  const changed = Object.entries(changes).filter(
    ([name, value]) => value !== undefined && value !== current[name as keyof UpdateProfileDto],
  );
  return changed.length === 0
    ? current
    : { ...current, ...Object.fromEntries(changed), version: current.version + 1, updatedAt: now };
}
