import { inspect } from 'node:util';
import { type LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentLogFields } from './log-fields.js';
import { redact } from './redact.js';

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Nest's logger as JSON lines: ISO time, `level` as a word, `context`, the fields of `withLogFields`, and `err` for an
 * error. Secrets are redacted by the name of their field, so they may be in an object but never in a message. A message
 * is data: "%s" in it is printed as it stands. Lines are written synchronously, so the last one before an exit is kept.
 */
export class PinoLogger implements LoggerService {
  private readonly lines: Logger;

  constructor(level: LogLevel = 'info', destination: DestinationStream = pino.destination({ dest: 1, sync: true })) {
    const options = {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (safeParts: unknown) => safeParts },
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.lines = pino(options, destination);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: unknown[]): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const { msg, ...named } = { ...namedParts(level, rest), ...fieldsOf(message), ...currentLogFields() };
    this.lines[level](redact(withoutReserved(named)), redact(textOf(message) ?? msg) as string | undefined);
  }
}

function textOf(message: unknown): string | undefined {
  if (typeof message === 'object') return undefined;
  return typeof message === 'string' ? message : inspect(message);
}

/** Nest passes (message, …more, context), and for errors (message, stack?, context); we pass (fields, text, context). */
function namedParts(level: string, rest: unknown[]): Record<string, unknown> {
  const texts = rest.filter((part) => typeof part === 'string');
  const context = texts.pop();
  const stack = level === 'error' ? texts.pop() : undefined;
  const msg = texts.length > 0 ? texts.join(' ') : undefined;
  return Object.assign({ context, stack, msg }, ...rest.map(fieldsOf)) as Record<string, unknown>;
}

function fieldsOf(part: unknown): Record<string, unknown> {
  if (part instanceof Error) return { err: part, msg: part.message };
  if (typeof part !== 'object' || part === null) return {};
  return Array.isArray(part) || 'toJSON' in part ? { value: part } : { ...part };
}

/** What every line says of itself; a second one of that name would win in most parsers. */
function withoutReserved({ level: _, time: _time, pid: _pid, ...fields }: Record<string, unknown>): object {
  return fields;
}
