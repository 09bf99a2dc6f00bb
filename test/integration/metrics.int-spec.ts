import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { createTestDatabase, RedisUnderTest, ServerUnderTest } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { logIn, newPerson } from '../support/people.js';
import { metricsIn } from '../support/promql.js';
import { Scrape } from '../support/scrape.js';

interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: Record<'summary' | 'description' | 'runbook', string>;
}

interface Source {
  uid: string;
}

interface Board {
  panels: {
    id: number;
    type: string;
    title: string;
    description: string;
    datasource: Source;
    targets?: { expr: string; datasource: Source }[];
  }[];
  templating: { list: { name: string; type: string; definition?: string }[] };
}

/** What Prometheus adds itself. */
const LABELS_OF_PROMETHEUS = ['job', 'instance'];

let alerts: Alert[];
let board: Board;

beforeAll(async () => {
  const { groups } = parse(await readFile('deploy/alerts.yml', 'utf8')) as { groups: { rules: Alert[] }[] };
  alerts = groups.flatMap(({ rules }) => rules);
  board = JSON.parse(await readFile('deploy/grafana/portcullis.json', 'utf8')) as Board;
});

describe('the metrics of a server', () => {
  let redis: RedisUnderTest;
  let server: ServerUnderTest;
  let client: ApiClient;
  let ids: string[];
  let scrape: Scrape;

  beforeAll(async () => {
    redis = await RedisUnderTest.start({ args: ['--maxmemory', '100mb'] });
    server = await ServerUnderTest.start({
      DATABASE__URL: await createTestDatabase(),
      REDIS__ENABLED: 'true',
      REDIS__URL: redis.url,
      REDIS__COMMAND_TIMEOUT_MS: '1000', // the machine may be busy
      CACHE__MEMORY_LEASE_MS: '0', // or it would depend on the moment how a read is served
      COHERENCE__FENCE_LEASE_MS: '5000',
    });
    client = new ApiClient(() => [server.url]);
    ids = await useEverything();
    scrape = await Scrape.until(server.url, (now) => now.requests('GET', 'unmatched', 404) === 1);
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await redis.stop();
  });

  /** Returns what must not be found in any metric. */
  async function useEverything(): Promise<string[]> {
    const ana = await newPerson(client);
    const phone = await logIn(client, ana);
    const { accessToken: token, email, user, session } = ana;
    const password = 'not the password of anybody';
    for (const body of [
      { email, password },
      { email: `x${email}`, password },
    ])
      await client.call('POST', '/v1/auth/login', { body });
    await client.call('POST', '/v1/auth/register', { body: { email, password } });
    await client.call('POST', '/v1/auth/reauthenticate', { token, body: { password } });
    for (const { accessToken } of [ana, phone]) await client.call('GET', '/v1/profile', { token: accessToken });
    await client.call('DELETE', `/v1/sessions/${phone.session.id}`, { token });
    await client.call('GET', '/v1/profile', { token: phone.accessToken });
    await client.call('GET', `/v1/nothing/${user.id}`);
    return [user.id, session.id, phone.session.id, email];
  }

  it('count requests by route and status', () => {
    expect({
      served: scrape.requests('GET', '/v1/profile', 200),
      refused: scrape.requests('GET', '/v1/profile', 401),
      ended: scrape.requests('DELETE', '/v1/sessions/:id', 204),
      wrong: scrape.requests('POST', '/v1/auth/login', 401),
      nothing: scrape.requests('GET', 'unmatched', 404),
    }).toEqual({ served: 2, refused: 1, ended: 1, wrong: 2, nothing: 1 });
    const timed = { method: 'GET', route: '/v1/profile' };
    expect(scrape.value('portcullis_http_request_duration_seconds_count', timed)).toBe(3);
    expect(scrape.value('portcullis_http_request_duration_seconds_bucket', { ...timed, le: '+Inf' })).toBe(3);
  });

  it('count logins, registrations and re-authentications by their result', () => {
    const results = (what: string) =>
      Object.fromEntries(
        scrape.samples
          .filter(({ name, value }) => name === `portcullis_${what}_total` && value > 0)
          .map(({ labels, value }) => [labels.result!, value]),
      );
    expect(results('logins')).toEqual({ success: 1, invalid_credentials: 2 });
    expect(results('registrations')).toEqual({ success: 1, email_taken: 1 });
    expect(results('reauthentications')).toEqual({ invalid_credentials: 1 });
  });

  it('count look-ups of sessions and reads of the cache by how they were served', () => {
    const served = (name: string) =>
      scrape.samples.filter((sample) => sample.name === name && sample.value > 0).map(({ labels }) => labels);
    const ways = served('portcullis_session_lookups_total').map(({ served: way }) => way);
    expect(ways).toEqual(['L2', 'miss', 'database']);
    expect(served('portcullis_cache_reads_total')).toEqual([
      { namespace: 'profile', served: 'miss' },
      { namespace: 'profile', served: 'L2' },
    ]);
  });

  it('tell how the pool and Node are', () => {
    const connections = (state: string) => scrape.value('portcullis_database_pool_connections', { state })!;
    expect(connections('idle') + connections('busy')).toBeGreaterThan(0);
    expect(scrape.value('portcullis_database_pool_size')).toBe(10);
    expect(scrape.value('portcullis_database_pool_waiting')).toBe(0);
    expect(scrape.value('nodejs_eventloop_lag_p99_seconds')).toBeDefined();
  });

  it('tell how Redis is, and what is done to stay right', () => {
    expect(scrape.value('portcullis_redis_state', { state: 'trusted' })).toBe(1);
    expect(scrape.value('portcullis_redis_state', { state: 'off' })).toBe(0);
    expect(scrape.value('portcullis_redis_memory_max_bytes')).toBe(100 * 2 ** 20);
    expect(scrape.value('portcullis_redis_memory_used_bytes')).toBeGreaterThan(500_000);
    expect(scrape.value('portcullis_redis_evicted_keys')).toBe(0);
    expect(scrape.value('portcullis_redis_command_failures_total')).toBe(0);
    expect(scrape.value('portcullis_fence_bumps_total', { to: 'redis' })).toBe(1);
    expect(scrape.value('portcullis_fence_age_seconds')).toBeLessThan(60);
    expect(scrape.value('portcullis_outbox_length')).toBeLessThan(5);
    for (const what of ['sessions', 'cache:profile']) {
      expect(scrape.value('portcullis_load_duration_seconds_count', { what })).toBeGreaterThan(0);
    }
  });

  it('hold no secret, no id and no address', () => {
    for (const secret of [...client.secrets, ...ids]) expect(scrape.text).not.toContain(secret);
    expect(scrape.text).not.toMatch(/@|127\.0\.0\.1|localhost|[0-9a-f]{8}-[0-9a-f]{4}-/);
    const values = new Set(scrape.samples.flatMap(({ labels }) => Object.values(labels)));
    expect([...values].filter((value) => value.length > 40)).toEqual([]);
  });

  /** What an expression asks for that the server does not have: a metric, or a label of one. */
  function unknownIn(expression: string): string[] {
    return metricsIn(expression).flatMap(({ metric, labels }) => {
      if (!scrape.names.has(metric)) return [metric];
      const sample = scrape.samples.find(({ name }) => name === metric);
      const known = sample && [...Object.keys(sample.labels), ...LABELS_OF_PROMETHEUS];
      return labels.filter((label) => known && !known.includes(label)).map((label) => `${metric}{${label}}`);
    });
  }

  it('are all that the alerts ask for', () => {
    expect(alerts.length).toBeGreaterThan(10);
    for (const { alert, expr } of alerts) expect({ alert, unknown: unknownIn(expr) }).toEqual({ alert, unknown: [] });
  });

  it('are all that the board shows', () => {
    expect(board.panels.length).toBeGreaterThan(15);
    for (const { title, targets = [] } of board.panels)
      for (const { expr } of targets) expect({ title, unknown: unknownIn(expr) }).toEqual({ title, unknown: [] });
    const listed = board.templating.list.map(({ definition }) => /^label_values\((\w+)/.exec(definition ?? '')?.[1]);
    for (const name of listed.filter((each) => each !== undefined)) expect(scrape.names).toContain(name);
  });
});

describe('every alert', () => {
  it('says what it means, and where it is written what to do', async () => {
    const page = await readFile('docs/operation.md', 'utf8');
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(
      ([, heading]) =>
        `docs/operation.md#${heading!
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-')}`,
    );
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(10);
      expect(annotations.description).toMatch(/\.$/);
      expect(anchors).toContain(annotations.runbook);
      expect(page).toContain(`\`${alert}\``);
    }
  });
});

describe('the board', () => {
  it('asks the source of data that is chosen in it, and explains every panel', () => {
    const { panels, templating } = board;
    expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { description, datasource, targets = [] } of panels.filter(({ type }) => type !== 'row')) {
      expect(description).toMatch(/\.$/);
      for (const { uid } of [datasource, ...targets.map((target) => target.datasource)])
        expect(uid).toBe('${datasource}');
    }
  });
});
