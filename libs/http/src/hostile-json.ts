import { Problem } from './problem.js';
import { MAX_DEPTH, TooDeep } from './too-deep.js';

/** An object or a list that is open at the place being read. `name` is the one read last in it. */
interface Level {
  names: Set<string>;
  name?: string;
  heldAs?: string;
}

/**
 * Throws on JSON that parses but must not be used: more than 32 levels (TooDeep), a name twice in one object (parsers
 * disagree on which counts), `__proto__`, or `constructor` holding `prototype`, however they are escaped. One pass that
 * does not recurse, so it comes before JSON.parse. Text that is not JSON passes or throws; JSON.parse refuses it.
 */
export function refuseHostileJson(text: string): void {
  const open: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') enter(open);
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"') at = readString(text, at, open.at(-1));
  }
}

function enter(open: Level[]): void {
  if (open.length === MAX_DEPTH) throw new TooDeep();
  open.push({ names: new Set(), heldAs: open.at(-1)?.name });
}

/** Where the string that starts at `start` ends. What a colon follows is a name of `level`. */
function readString(text: string, start: number, level: Level | undefined): number {
  const end = endOfString(text, start);
  if (level && isFollowedByColon(text, end)) takeName(level, unescaped(text.slice(start, end + 1)));
  return end;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function isFollowedByColon(text: string, end: number): boolean {
  let at = end + 1;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}

function takeName(level: Level, name: string): void {
  if (level.names.has(name)) throw hostile('The body has an object with the same name twice.');
  if (name === '__proto__' || (name === 'prototype' && level.heldAs === 'constructor')) {
    throw hostile('The body has a name that leads to a prototype.');
  }
  level.names.add(name);
  level.name = name;
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

const hostile = (detail: string) => new Problem(400, 'request.malformed', detail);
