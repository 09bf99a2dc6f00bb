import { readFile } from 'node:fs/promises';
import { loadConfig } from '#config';
import { type Compose, readCompose } from '../support/compose-file.js';

describe('the proxy', () => {
  let caddyfile: string;
  let compose: Compose;

  beforeAll(async () => {
    caddyfile = await readFile('deploy/Caddyfile', 'utf8');
    compose = await readCompose('docker-compose.prod.yml');
  });

  it('is given the file, and every variable that stands in it', () => {
    const { volumes, environment } = compose.services.proxy!;
    const used = [...caddyfile.matchAll(/\{\$(\w+)\}/g)].map(([, name]) => name);
    expect(volumes).toContain('./deploy/Caddyfile:/etc/caddy/Caddyfile:ro');
    expect(used).toEqual(Object.keys(environment!));
  });

  it('spreads requests over all servers, by the names that Compose gives them', () => {
    const { api } = compose.services;
    const { port } = loadConfig({}).http;
    const names = Array.from(
      { length: api!.deploy.replicas! },
      (_, index) => `${compose.name}-api-${index + 1}:${port}`,
    );
    expect(/reverse_proxy (.*) \{$/m.exec(caddyfile)![1]!.split(' ')).toEqual(names);
    expect(caddyfile).toMatch(/^\s+health_uri \/health\/ready$/m);
  });

  it('does not believe what clients say of themselves, and says who they are', () => {
    expect(caddyfile).not.toMatch(/trusted_proxies|header_up/);
  });

  it('answers its health check at the address of its administration, which nobody else reaches', () => {
    const [, address] = /^\tadmin (.*)$/m.exec(caddyfile)!;
    expect(address).toMatch(/^127\.0\.0\.1:/);
    expect(compose.services.proxy!.healthcheck.test.at(-1)).toBe(`http://${address}/config/`);
  });

  it('says that there is nobody to ask in a document like those of the servers', () => {
    const [, body, status] = /respond `(.*)` (\d+)$/m.exec(caddyfile)!;
    expect(JSON.parse(body!)).toMatchObject({ code: 'server.unavailable', status: Number(status) });
    expect(caddyfile).toContain('header Content-Type application/problem+json');
  });
});
