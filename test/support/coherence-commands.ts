import { readFileSync } from 'node:fs';
import type { RedisUnderTest } from '#testing';

/** The script that stores what a fill has loaded, as the source has it. */
export const KEEP = /KEEP = `([^`]+)`/.exec(readFileSync('libs/coherence/src/fill-script.ts', 'utf8'))![1]!;

/** A line of MONITOR. */
interface Command {
  isInScript: boolean;
  name: string;
  args: string[];
}

const EPOCH = String.raw`pc:\d+-[\w-]{11}`;
const COPY = String.raw`${EPOCH}:[\w-]+(:[\w-]+)?:\{[^{}]+\}`;
const IS_LEASE = new RegExp(`^${COPY}:lease$`);
const IS_COPY = new RegExp(`^${COPY}$`);
/** A field of a hash that several share has a lease of its own. */
const FIELD_AND_LEASE = new RegExp(String.raw`^(${EPOCH}):tokens:\{(\w+)\} \1:token:\{\2\w+\}:lease$`);

/** Each way in which libs/coherence writes to Redis; whatever else writes is somebody's who must not. */
const OURS: Record<string, (args: string[]) => boolean> = {
  set: ([lease = '', token = '', px, ms = '', nx, ...more]) =>
    IS_LEASE.test(lease) &&
    /^[\w-]{16}$/.test(token) &&
    px === 'PX' &&
    isNumber(ms) &&
    nx === 'NX' &&
    more.length === 0,
  eval: ([script, keys, copy = '', lease = '', token = '', ms = '', what = '']) =>
    script === KEEP &&
    keys === '2' &&
    (isPair(copy, lease) || FIELD_AND_LEASE.test(`${copy} ${lease}`)) &&
    /^[\w-]{16}$/.test(token) &&
    isNumber(ms) &&
    /^(nothing|string|hash|fields)$/.test(what),
  unlink: (args) => args.length % 2 === 0 && args.every((key, at) => at % 2 === 1 || isPair(key, args[at + 1]!)),
};

/** The lines of MONITOR that write to this server otherwise than libs/coherence does. */
export async function foreignWrites(lines: string[], redis: Pick<RedisUnderTest, 'command'>): Promise<string[]> {
  const writing = await writingCommands(redis);
  return lines.filter((line) => {
    const { isInScript, name, args } = read(line);
    // What a script does is the business of who runs it, and that is a line of its own.
    return !isInScript && writes(name, args, writing) && !OURS[name]?.(args);
  });
}

function writes(name: string, [sub]: string[], writing: Set<string>): boolean {
  return /^(eval|fcall)/.test(name) || writing.has(name) || writing.has(`${name}|${sub?.toLowerCase()}`);
}

type CommandInfo = [name: string, arity: number, flags: string[], ...unknown[]];
const SUB_COMMANDS = 9;

/** The names of those that the server says may write, as `set` or `function|load`. */
async function writingCommands(redis: Pick<RedisUnderTest, 'command'>): Promise<Set<string>> {
  const commands = (await redis.command('COMMAND')) as CommandInfo[];
  const all = commands.flatMap((command) => [command, ...(command[SUB_COMMANDS] as CommandInfo[])]);
  return new Set(all.filter(([, , flags]) => flags.includes('write')).map(([name]) => name));
}

function read(line: string): Command {
  const [, source] = /^\S+ \[\d+ (.+?)\] /.exec(line) ?? [];
  const [name = '', ...args] = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => unescape(text!));
  return { isInScript: source === 'lua', name: name.toLowerCase(), args };
}

const ESCAPED: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };

function unescape(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPED[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function isPair(copy: string, lease: string): boolean {
  return IS_COPY.test(copy) && lease === `${copy}:lease`;
}

function isNumber(text: string): boolean {
  return /^[1-9]\d*$/.test(text) || text === '0';
}
