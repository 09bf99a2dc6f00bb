import { readFile } from 'node:fs/promises';
import { type Compose, readCompose, type Service } from '../support/compose-file.js';

const FILE = 'docker-compose.prod.yml';

/** The names of the secrets whose files a service reads, by whatever means. */
const secretsReadBy = ({ environment = {}, entrypoint = [], healthcheck }: Service) => {
  const texts = [...Object.values(environment), ...entrypoint, ...healthcheck.test];
  return new Set([...texts.join('\n').matchAll(/\/run\/secrets\/(\w+)/g)].map(([, name]) => name));
};

const sorted = (names: Iterable<string | undefined>) => [...new Set(names)].sort();
const namesOf = (volumes: string[] = []) => volumes.map((volume) => volume.split(':')[0]!);

describe.each(['docker-compose.yml', FILE])('%s', (file) => {
  let compose: Compose;
  let services: Service[];

  beforeAll(async () => {
    compose = await readCompose(file);
    services = Object.values(compose.services);
  });

  it('asks of every service whether it is well', () => {
    const { postgres, redis } = compose.services;
    expect(postgres!.healthcheck.test).toEqual(['CMD', 'pg_isready', '-U', postgres!.environment!.POSTGRES_USER]);
    expect(redis!.healthcheck.test.join(' ')).toMatch(/\bredis-cli ping\b/);
    for (const { healthcheck } of services) expect(healthcheck.test[0]).toMatch(/^CMD(-SHELL)?$/);
  });

  it('declares the volumes, networks and secrets that are used', () => {
    const mounted = services.flatMap(({ volumes }) => namesOf(volumes)).filter((name) => !name.startsWith('.'));
    expect(sorted(Object.keys(compose.volumes))).toEqual(sorted(mounted));
    expect(sorted(Object.keys(compose.networks ?? {}))).toEqual(
      sorted(services.flatMap(({ networks = [] }) => networks)),
    );
    expect(sorted(Object.keys(compose.secrets ?? {}))).toEqual(sorted(services.flatMap(({ secrets = [] }) => secrets)));
  });

  it('keeps what Redis holds nowhere', () => {
    expect(compose.services.redis).toMatchObject({ tmpfs: ['/data'] });
    expect(compose.services.redis!.volumes).toBeUndefined();
    expect(compose.services.redis!.command!.join(' ')).toContain('--save  --appendonly no');
  });
});

describe('docker-compose.yml', () => {
  it('serves this machine only', async () => {
    const { services } = await readCompose('docker-compose.yml');
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(ports).toEqual(['127.0.0.1:5432:5432', '127.0.0.1:6379:6379']);
  });
});

describe(FILE, () => {
  let text: string;
  let header: string;
  let compose: Compose;
  let proxy: Service;
  let api: Service;
  let postgres: Service;
  let redis: Service;

  beforeAll(async () => {
    text = await readFile(FILE, 'utf8');
    header = /^(?:#.*\n)+/.exec(text)![0];
    compose = await readCompose(FILE);
    ({ proxy, api, postgres, redis } = compose.services as Record<'proxy' | 'api' | 'postgres' | 'redis', Service>);
  });

  it('describes every variable that has to be given, and has a default for none', () => {
    const used = [...text.matchAll(/(?<!\$)\$\{(\w+)([^}]*)\}/g)];
    const required = sorted(used.filter(([, , more]) => more!.startsWith(':?')).map(([, name]) => name));
    expect(required).toEqual(sorted(used.map(([, name]) => name)));
    expect(text).not.toMatch(/\$\{\w+:?[-+]/);
    for (const name of required) expect(header).toContain(`${name}=`);
  });

  it('describes every secret, and grants each to those who read it', () => {
    for (const service of Object.values(compose.services)) {
      expect(sorted(service.secrets ?? [])).toEqual(sorted(secretsReadBy(service)));
    }
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(header).toContain(`secrets/${name}`);
    }
  });

  it('has no secret in it', () => {
    const environment = Object.values(compose.services).flatMap((service) => Object.entries(service.environment ?? {}));
    const secret = environment.filter(([name]) => /PASSWORD|KEY|(DATABASE|REDIS)__URL/.test(name));
    expect(secret).toHaveLength(5);
    for (const [name, value] of secret) expect(`${name}=${value}`).toMatch(/^\w+_FILE=\/run\/secrets\/\w+$/);
    expect(text).not.toMatch(/:\/\/\w*:(?!<the same>)[^/\s]*@/);
  });

  it.each(['proxy', 'api', 'postgres', 'redis'])('confines %s', (name) => {
    const { deploy, ...service } = compose.services[name]!;
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
      logging: { driver: 'local', options: { 'max-size': '20m', 'max-file': '5' } },
    });
    expect(Object.keys(deploy.resources.limits).sort()).toEqual(['cpus', 'memory', 'pids']);
  });

  it('runs all but PostgreSQL, which gives its privileges up itself, without any', () => {
    for (const { user } of [proxy, api, redis]) expect(user).toMatch(/^(?!root|0)\w/);
    for (const { cap_add } of [api, redis]) expect(cap_add).toBeUndefined();
    expect(proxy.cap_add).toEqual(['NET_BIND_SERVICE']);
  });

  it('lets the world reach the proxy, the proxy the servers, and the servers PostgreSQL and Redis', () => {
    const open = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(open.map(([name]) => name)).toEqual(['proxy']);
    expect(proxy.ports!.map((port) => port.split(':')[0])).toEqual(['80', '443', '443']);
    expect(proxy.networks).toEqual(['outside', 'front']);
    expect(api.networks).toEqual(['front', 'data', 'ops']);
    for (const { networks } of [postgres, redis]) expect(networks).toEqual(['data']);
    const internal = Object.entries(compose.networks).filter(([, network]) => network?.internal);
    expect(internal.map(([name]) => name)).toEqual(['front', 'data', 'ops']);
  });

  it('believes what the network of the proxy says of clients, and nobody else', () => {
    const [{ subnet }] = compose.networks.front!.ipam!.config as [{ subnet: string }];
    expect(api.environment!.HTTP__TRUSTED_PROXIES).toBe(subnet);
  });

  it('runs two servers, once PostgreSQL is well and whether or not Redis is', () => {
    expect(api.deploy.replicas).toBe(2);
    expect(api.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(api.healthcheck.test.join(' ')).toContain('/health/ready');
  });

  it('lets Redis have less than its container, and drop what was not asked for the longest', () => {
    const flags = redis.command!;
    const valueOf = (flag: string) => flags[flags.indexOf(flag) + 1]!;
    expect(valueOf('--maxmemory-policy')).toBe('allkeys-lru');
    expect(valueOf('--maxmemory')).toMatch(/^\d+mb$/);
    const limit = Number.parseInt(redis.deploy.resources.limits.memory, 10);
    expect(Number.parseInt(valueOf('--maxmemory'), 10)).toBeLessThanOrEqual(0.7 * limit);
  });
});
