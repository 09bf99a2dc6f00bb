import { setTimeout as pause } from 'node:timers/promises';
import { type CopyKey, copyKey } from '#redis';
import type { Announced, InvalidationChannel } from './invalidation-channel.js';

/** Two processes on one channel, both of which listen; or one twice, where there is but one. */
export interface ChannelsUnderTest {
  here: InvalidationChannel;
  there: InvalidationChannel;
  leaseMs: number;
}

const KEYS = Array.from({ length: 3 }, (_, number) => copyKey('sessions', `user-${number}`));

/** What every `InvalidationChannel` promises, one test for each promise. */
export function describeInvalidationChannel(name: string, channels: () => ChannelsUnderTest): void {
  describe(`${name} as an InvalidationChannel`, () => {
    let heard: Announced[];

    beforeAll(() => channels().here.onHeard((what) => void heard.push(what)));

    beforeEach(async () => {
      heard = [];
      await lapsedAndRenewed();
      heard = [];
    });

    /** Then memory may be served again, and everything announced before has been heard. */
    async function lapsedAndRenewed(): Promise<void> {
      const { here, leaseMs } = channels();
      await pause(leaseMs + 1);
      while (!(await here.renew())) await pause(1);
    }

    const heardKeys = () => heard.flatMap((what) => [...what]) as CopyKey[];

    it('listens', () => {
      expect([channels().here.isListening, channels().there.isListening]).toEqual([true, true]);
    });

    it('has heard what another announced a lease ago, when it holds the lease', async () => {
      await channels().there.announce(KEYS);
      await lapsedAndRenewed();
      expect(heardKeys()).toEqual(KEYS);
    });

    it('has heard what it announced itself a lease ago, when it holds the lease', async () => {
      await channels().here.announce(KEYS);
      await lapsedAndRenewed();
      expect(heardKeys()).toEqual(KEYS);
    });

    it('holds the lease when that has been renewed', async () => {
      await lapsedAndRenewed();
      expect(channels().here.isLeased).toBe(true);
    });

    it('hears announcements in their order, whoever makes them', async () => {
      for (const key of KEYS) {
        await channels().there.announce([key]);
        await channels().here.announce([key, KEYS[0]!]);
      }
      await lapsedAndRenewed();
      expect(heardKeys()).toEqual(KEYS.flatMap((key) => [key, ...new Set([key, KEYS[0]!])]));
    });

    it('hears all of what is announced at the same time', async () => {
      const many = Array.from({ length: 50 }, (_, number) => copyKey('cache:things', `${number}`));
      await Promise.all(many.map((key, number) => channels()[number % 2 ? 'here' : 'there'].announce([key])));
      await lapsedAndRenewed();
      expect(new Set(heardKeys())).toEqual(new Set(many));
    });

    it('hears of each of very many keys, or that it may be any', async () => {
      const many = Array.from({ length: 5_000 }, (_, number) => copyKey('cache:things', `${number}`));
      await channels().there.announce(many);
      await lapsedAndRenewed();
      const missed = (key: CopyKey) => !heard.some((what) => what === 'all' || what.includes(key));
      expect(many.filter(missed)).toEqual([]);
    });

    it('announces nothing without a word', async () => {
      await channels().there.announce([]);
      await lapsedAndRenewed();
      expect(heardKeys()).toEqual([]);
    });
  });
}
