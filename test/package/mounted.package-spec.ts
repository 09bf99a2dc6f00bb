import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createTestDatabase } from '#testing';
import { ApiClient, type Grant } from '../support/api-client.js';
import { newCredentials } from '../support/people.js';
import { until } from '../support/until.js';

interface PackageJson {
  peerDependencies: Record<string, string>;
}

/** What a team does that takes the modules into its own Nest application: install, mount, migrate, log in. */
describe('the package in another Nest application', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-host-'));
  let host: ChildProcess;
  let url: string;

  const npm = (...words: string[]) =>
    execFileSync('npm', [...words, '--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  beforeAll(async () => {
    npm('pack', resolve('.'), '--ignore-scripts');
    const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as PackageJson;
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: peerDependencies }));
    npm('install', `./${readdirSync(folder).find((name) => name.endsWith('.tgz'))}`);
    compile();
    host = spawn(process.execPath, ['app.js'], {
      cwd: folder,
      env: { PATH: process.env.PATH, DATABASE_URL: await createTestDatabase() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await listening(host);
  }, 240_000);

  afterAll(async () => {
    if (host) {
      host.kill('SIGTERM');
      await once(host, 'exit');
    }
    rmSync(folder, { recursive: true });
  });

  /** With the compiler of this repository, so that the types of the package are checked as its users' compilers do. */
  function compile(): void {
    copyFileSync('test/package/host/app.ts', join(folder, 'app.ts'));
    const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--experimentalDecorators'];
    const types = ['--emitDecoratorMetadata', '--typeRoots', resolve('node_modules/@types'), '--types', 'node'];
    execFileSync(
      process.execPath,
      [resolve('node_modules/typescript/bin/tsc'), ...options, ...types, '--skipLibCheck', 'app.ts'],
      {
        cwd: folder,
        stdio: 'inherit',
      },
    );
  }

  it('registers, logs in, guards the routes of the host, and ends the session for good', async () => {
    const client = new ApiClient(() => [url]);
    const credentials = newCredentials();
    expect((await client.call('POST', '/v1/auth/register', { body: credentials })).status).toBe(201);
    const { status, body } = await client.call<Grant>('POST', '/v1/auth/login', { body: credentials });
    expect(status).toBe(200);

    const token = body.accessToken;
    expect((await client.call('GET', '/v1/profile', { token })).body).toMatchObject({
      userId: body.user.id,
      version: 1,
    });
    expect((await client.call('GET', '/open')).body).toEqual({ greeting: 'hello' });
    expect((await client.call('GET', '/mine')).status).toBe(401);
    expect((await client.call('GET', '/mine', { token })).body).toEqual({ greeting: `hello ${body.user.id}` });

    expect((await client.call('POST', '/v1/auth/logout', { body: { refreshToken: body.refreshToken } })).status).toBe(
      204,
    );
    expect((await client.call('GET', '/mine', { token })).status).toBe(401);
  });

  it('carries out the jobs of the host', async () => {
    const client = new ApiClient(() => [url]);
    expect((await client.call('POST', '/greetings')).status).toBe(201);
    await until(async () => (await client.call<string[]>('GET', '/greetings')).body.length > 0);
    expect((await client.call('GET', '/greetings')).body).toEqual(['Ada']);
  });

  it('ships no test and no source of ours', () => {
    const files = readdirSync(join(folder, 'node_modules/portcullis'), { recursive: true, encoding: 'utf8' });
    const ours = files.filter((name) => !name.startsWith('node_modules'));
    expect(ours).toContain(join('dist', 'libs', 'auth', 'src', 'index.d.ts'));
    expect(ours.filter((name) => /spec|contract|testing|fixture|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });
});

async function listening(host: ChildProcess): Promise<string> {
  let output = '';
  for await (const text of host.stdout!.setEncoding('utf8')) {
    output += text as string;
    const [, url] = /listens on (\S+)/.exec(output) ?? [];
    if (url) return url;
  }
  throw new Error(`The host did not start:\n${output}`);
}
