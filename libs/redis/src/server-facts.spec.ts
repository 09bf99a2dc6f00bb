import { readServerFacts, whyUnsuitable } from './server-facts.js';

const info = (fields: Record<string, string>) =>
  `# Server\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')}\r\n# Replication\r\n`;

const redis = { redis_version: '7.0.15', redis_mode: 'standalone', run_id: 'run', role: 'master', master_replid: 'id' };
const facts = (fields: Partial<Record<string, string>> = {}) => {
  const all = Object.entries({ ...redis, ...fields }).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  return readServerFacts(info(Object.fromEntries(all)));
};

describe(readServerFacts.name, () => {
  it('reads what a Redis says of itself', () => {
    expect(facts()).toEqual({
      mode: 'standalone',
      version: '7.0.15',
      isValkey: false,
      isMaster: true,
      identity: 'run/id',
    });
  });

  it('reads the version of a Valkey, not of the Redis that it stands in for', () => {
    expect(facts({ redis_version: '7.2.4', valkey_version: '8.1.0' })).toMatchObject({
      isValkey: true,
      version: '8.1.0',
    });
  });

  it('keeps values that hold a colon, and takes either line ending', () => {
    expect(readServerFacts('run_id:a:b\nmaster_replid:c\nrole:slave\n')).toMatchObject({
      identity: 'a:b/c',
      isMaster: false,
    });
  });

  it.each([
    ['another run', { run_id: 'other' }],
    ['another history', { master_replid: 'other' }],
  ])('tells apart %s', (_, other) => {
    expect(facts(other).identity).not.toBe(facts().identity);
  });

  it.each([{ run_id: undefined }, { master_replid: undefined }, { run_id: '' }, { master_replid: '' }])(
    'knows no identity where a provider hides a part of it: %j',
    (hidden) => {
      expect(facts(hidden).identity).toBeNull();
    },
  );

  it.each(['', '\r\n', 'nothing of the kind', '# Server\r\n'])('knows next to nothing from %j', (text) => {
    expect(readServerFacts(text)).toMatchObject({ mode: 'standalone', isValkey: false, identity: null });
  });
});

describe(whyUnsuitable.name, () => {
  it.each([
    ['Redis 7', {}],
    ['Redis 8', { redis_version: '8.2.1' }],
    ['Redis 10', { redis_version: '10.0.0' }],
    ['Valkey 8', { redis_version: '7.2.4', valkey_version: '8.0.0' }],
    ['a replica, which may be promoted', { role: 'slave' }],
    ['one that hides who it is', { run_id: undefined, master_replid: undefined }],
  ])('has nothing against %s', (_, fields) => {
    expect(whyUnsuitable(facts(fields))).toBeNull();
  });

  it.each([
    [{ redis_mode: 'cluster' }, /^it is a cluster.+use a standalone server or Sentinel$/],
    [{ redis_mode: 'sentinel' }, /^it is a Sentinel.+name it among the sentinels/],
    [{ redis_version: '6.2.14' }, /^it is Redis 6\.2\.14; .+ 7\.0 or newer$/],
    [{ redis_version: '7.2.4', valkey_version: '7.2.5' }, /^it is Valkey 7\.2\.5; .+ 8\.0 or newer$/],
  ])('says in a sentence what is wrong with %j, and what to do', (fields, sentence) => {
    expect(whyUnsuitable(facts(fields))).toMatch(sentence);
  });
});
