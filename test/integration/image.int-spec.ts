import { access, readFile } from 'node:fs/promises';
import { loadConfig } from '#config';
import { readCompose } from '../support/compose-file.js';

interface Package {
  engines: { node: string };
  scripts: { start: string };
}

/** The rest of the line after an instruction, for each time that it stands at the beginning of one. */
const argumentsOf = (instruction: string, dockerfile: string) =>
  [...dockerfile.replaceAll('\\\n', '').matchAll(new RegExp(`^\\s*${instruction}\\s+(.*)$`, 'gm'))].map(
    ([, rest]) => rest!,
  );

describe('the image', () => {
  let dockerfile: string;
  let finalStage: string;
  let manifest: Package;

  beforeAll(async () => {
    dockerfile = await readFile('Dockerfile', 'utf8');
    finalStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    manifest = JSON.parse(await readFile('package.json', 'utf8')) as Package;
  });

  it('is built and run on one Node.js, which the server allows', () => {
    const bases = argumentsOf('FROM', dockerfile).map((base) => /^node:(\d+)-slim( AS build)?$/.exec(base)?.[1]);
    const [oldest] = /\d+/.exec(manifest.engines.node)!;
    expect(bases).toHaveLength(2);
    expect(bases[0]).toBe(bases[1]);
    expect(Number(bases[0])).toBeGreaterThanOrEqual(Number(oldest));
  });

  it('starts the server as npm start does, without privileges', () => {
    expect(JSON.parse(argumentsOf('CMD', finalStage).at(-1)!)).toEqual(manifest.scripts.start.split(' '));
    expect(argumentsOf('USER', finalStage)).toEqual(['node']);
    expect(argumentsOf('ENV', finalStage)).toEqual(['NODE_ENV=production']);
  });

  it('exposes the ports that the server listens on unless told otherwise', () => {
    const { http, ops } = loadConfig({});
    expect(argumentsOf('EXPOSE', finalStage)).toEqual([`${http.port} ${ops.port}`]);
  });

  it('is asked whether it is well as Compose asks it', async () => {
    const { api } = (await readCompose('docker-compose.prod.yml')).services;
    const [, ...command] = api!.healthcheck.test;
    const asked = argumentsOf('(?:HEALTHCHECK .*)CMD', finalStage).map((list) => JSON.parse(list) as string[]);
    expect(asked).toEqual([command]);
  });

  it('is built from a list of what it needs, none of which is a secret', async () => {
    const lines = (await readFile('.dockerignore', 'utf8')).split('\n').filter((line) => /^[^#]/.test(line));
    const [all, ...needed] = lines as [string, ...string[]];
    expect(all).toBe('*');
    for (const path of needed) await access(path.replace(/^!/, ''));
    for (const path of ['secrets', 'data', '.env', '.git', 'node_modules', 'dist'])
      expect(needed).not.toContain(`!${path}`);
    const [copied] = argumentsOf('COPY', dockerfile);
    for (const path of copied!.split(' ').slice(0, -1)) expect(needed).toContain(`!${path}`);
  });
});
