import { copyKey } from '#redis';
import { readAnnouncement, writeAnnouncements } from './announcement.js';

const keys = (count: number) => Array.from({ length: count }, (_, number) => copyKey('sessions', `user-${number}`));

describe(writeAnnouncements.name, () => {
  it('says nothing of nothing', () => {
    expect(writeAnnouncements([])).toEqual([]);
  });

  it('is read back as the same keys, each once', () => {
    const [one, two] = keys(2);
    const said = writeAnnouncements([one!, two!, one!]);
    expect(said).toHaveLength(1);
    expect(readAnnouncement(said[0]!)).toEqual([one, two]);
  });

  it('splits many keys into notifications that PostgreSQL takes', () => {
    const all = Array.from({ length: 500 }, (_, number) => copyKey('cache:things', `${number}`.padStart(120, 'x')));
    const said = writeAnnouncements(all);
    expect(said.length).toBeGreaterThan(1);
    expect(said.filter((each) => Buffer.byteLength(each) > 7_000)).toEqual([]);
    expect(said.flatMap((each) => [...readAnnouncement(each)])).toEqual(all);
  });

  it('names no more than a thousand: above that it means all', () => {
    expect(writeAnnouncements(keys(1_000)).flatMap((each) => [...readAnnouncement(each)])).toHaveLength(1_000);
    const said = writeAnnouncements(keys(1_001));
    expect(said.map(readAnnouncement)).toEqual(['all']);
  });
});
