import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import Fastify from 'fastify';
import { PostgresUnderTest, RedisUnderTest, ServerUnderTest } from '#testing';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 32;

const NO_MEMORY = { CACHE__MEMORY_LEASE_MS: '0' };
const WITH_REDIS = { REDIS__ENABLED: 'true' };
const VARIANTS: { name: string; settings: Record<string, string> }[] = [
  { name: 'Redis off, memory off: all from PostgreSQL', settings: NO_MEMORY },
  { name: 'Redis on, memory off: all from Redis', settings: { ...WITH_REDIS, ...NO_MEMORY } },
  { name: 'Redis off, memory on', settings: {} },
  { name: 'Redis on, memory on', settings: WITH_REDIS },
];

interface Contender {
  name: string;
  url: string;
  headers: Record<string, string>;
  rates: number[];
}

/**
 * `npm run bench`: an authenticated profile read with Redis and memory off and on, beside bare Fastify answering a constant of the same
 * size, in turns within one run. The ratio is what counts: the rates depend on the machine and its other tenants.
 */
async function bench(): Promise<void> {
  const postgres = await PostgresUnderTest.start();
  const redis = await RedisUnderTest.start();
  const settings = { DATABASE__URL: await postgres.createDatabase(), NODE_V8_COVERAGE: '' }; // measuring coverage takes time
  const servers = await Promise.all(
    VARIANTS.map(({ settings: more }) => ServerUnderTest.start({ ...settings, ...more, REDIS__URL: redis.url })),
  );
  const bearer = { authorization: `Bearer ${await newAccessToken(servers[0]!.url)}` };
  const profile = await (await fetch(`${servers[0]!.url}/v1/profile`, { headers: bearer })).text();
  const bare = Fastify();
  bare.get('/v1/profile', (_, reply) => reply.type('application/json').send(profile));

  const contenders: Contender[] = [
    { name: 'bare Fastify, constant', url: await bare.listen({ port: 0 }), headers: {}, rates: [] },
    ...VARIANTS.map(({ name }, index) => ({ name, url: servers[index]!.url, headers: bearer, rates: [] })),
  ];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const contender of contenders) contender.rates.push(await rateOf(contender));
  }
  print(contenders);
  await Promise.all([bare.close(), ...servers.map((server) => server.stop())]);
  await Promise.all([postgres.stop(), redis.stop()]);
}

async function newAccessToken(url: string): Promise<string> {
  const credentials = { email: 'bench@example.com', password: randomBytes(16).toString('hex') };
  const response = await fetch(`${url}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...credentials, displayName: 'Bench' }),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

async function rateOf({ name, url, headers }: Contender): Promise<number> {
  const result = await autocannon({ url: `${url}/v1/profile`, headers, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx + result.errors > 0) throw new Error(`${name}: ${result.non2xx + result.errors} requests failed`);
  return result.requests.average;
}

function print(contenders: Contender[]): void {
  const medians = contenders.map(({ rates }) => median(rates.slice(1))); // the first round warms up
  contenders.forEach(({ name }, index) => {
    const ratio = (medians[index]! / medians[0]!).toFixed(3);
    console.log(`${ratio}  ${Math.round(medians[index]!).toString().padStart(7)} requests/s  ${name}`);
  });
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

await bench();
