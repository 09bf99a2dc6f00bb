import { Logger } from '@nestjs/common';
import { withLogFields } from './log-fields.js';
import { type LogLevel, PinoLogger } from './pino-logger.js';

interface Line extends Record<string, unknown> {
  err?: { message: string; code?: string; cause?: { message: string } };
}

function capture(level?: LogLevel) {
  const written: string[] = [];
  const logger = new PinoLogger(level, { write: (line: string) => void written.push(line) });
  return { logger, written, lines: () => written.map((line) => JSON.parse(line) as Line) };
}

describe(PinoLogger.name, () => {
  it('writes one JSON line with an ISO time, the level as a word, the context and the message', () => {
    const { logger, written, lines } = capture();
    logger.log('listening', 'Bootstrap');
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^\{.*\}\n$/);
    expect(lines()[0]).toMatchObject({ level: 'info', context: 'Bootstrap', msg: 'listening' });
    expect(lines()[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('prints a message as it stands, whatever it holds', () => {
    const { logger, written, lines } = capture();
    logger.warn('%s%o %d %%\n{"level":"fatal"}\u001b[31m', { user: 1 }, 'Http');
    expect(written.join('').split('\n')).toHaveLength(2);
    expect(lines()[0]).toMatchObject({ level: 'warn', msg: '%s%o %d %%\n{"level":"fatal"}\u001b[31m', user: 1 });
  });

  it('writes the fields of an object', () => {
    const { logger, lines } = capture();
    logger.log({ method: 'GET', status: 200 }, 'Http');
    expect(lines()[0]).toMatchObject({ context: 'Http', method: 'GET', status: 200 });
  });

  it('takes fields with a text, as our own warnings are written', () => {
    const { logger, lines } = capture();
    logger.warn({ event: 'authn_token_reuse', err: new Error('late') }, 'A token was used again', 'Rotation');
    expect(lines()[0]).toMatchObject({
      event: 'authn_token_reuse',
      err: { message: 'late' },
      msg: 'A token was used again',
      context: 'Rotation',
    });
  });

  it('stays silent below its level', () => {
    const { logger, written } = capture('warn');
    logger.log('a');
    logger.debug('b');
    logger.verbose('c');
    expect(written).toEqual([]);
  });

  it("takes Nest's error with its stack", () => {
    const { logger, lines } = capture();
    logger.error('it broke', 'Error: it broke\n    at here', 'Jobs');
    expect(lines()[0]).toMatchObject({ level: 'error', context: 'Jobs', stack: 'Error: it broke\n    at here' });
  });

  it('describes an error and its causes, without what else a driver hung on it', () => {
    const { logger, written, lines } = capture();
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(a@example.com)' });
    const failed = new Error('insert failed', { cause });
    logger.error(Object.assign(failed, { parameters: ['hunter2'], query: 'insert' }), undefined, 'Jobs');
    expect(lines()[0]).toMatchObject({ msg: 'insert failed', context: 'Jobs' });
    expect(lines()[0]?.err).toMatchObject({ message: 'insert failed', cause: { message: 'duplicate key' } });
    expect(written[0]).toContain('23505');
    expect(written[0]).not.toMatch(/hunter2|a@example\.com/);
  });

  it('hides the user info of a URL wherever it stands, and writes every key once', async () => {
    const { logger, written } = capture();
    const url = 'postgres://ana:hun@ter2@db/portcullis';
    logger.warn(new Error(`cannot reach ${url}`));
    logger.error(`cannot reach ${url}`, `Error: ${url}\n    at x`, 'Db');
    logger.error('oops', new Error(url), 'Db');
    logger.log({ url, level: 'fatal', time: 'never', pid: 1, refreshToken: 'hunter2' }, 'Db');
    await withLogFields({ token: 'hunter2' }, () => Promise.resolve(logger.log('inside')));
    for (const line of written) {
      expect(line).not.toMatch(/ter2/);
      for (const key of ['msg', 'level', 'time', 'pid']) expect(line.split(`"${key}":`).length).toBeLessThanOrEqual(2);
    }
    expect(written).toHaveLength(5);
  });

  it('takes its place behind Logger of Nest', () => {
    const { logger, lines } = capture();
    const before = (Logger as unknown as { staticInstanceRef: Logger }).staticInstanceRef;
    Logger.overrideLogger(logger);
    new Logger('Relay').error(new Error('lost'));
    Logger.overrideLogger(before);
    expect(lines()[0]).toMatchObject({ level: 'error', context: 'Relay', err: { message: 'lost' } });
  });
});

describe('redaction', () => {
  const secrets = [
    'password',
    'newPassword',
    'passwords',
    'passwordHash',
    'token',
    'refreshToken',
    'access_token',
    'Authorization',
    'cookie',
    'set-cookie',
    'secret',
    'client-secret',
    'apiKey',
    'body',
  ];

  it.each(secrets)('hides %s at any depth', (name) => {
    const { logger, written, lines } = capture();
    logger.log({ [name]: 'hunter2', a: [{ b: { [name]: { deep: 'hunter2' } } }], kept: 'yes' });
    expect(written[0]).not.toContain('hunter2');
    expect(lines()[0]).toMatchObject({ [name]: '[redacted]', kept: 'yes' });
  });

  it('keeps names that only sound like a secret, and dates', () => {
    const { logger, lines } = capture();
    logger.log({ tokenType: 'Bearer', at: new Date(0) });
    expect(lines()[0]).toMatchObject({ tokenType: 'Bearer', at: '1970-01-01T00:00:00.000Z' });
  });

  it('ends at a cycle and never prints bytes', () => {
    const { logger, written, lines } = capture();
    const cycle: Record<string, unknown> = { bytes: Buffer.from('hunter2'), big: 1n };
    cycle['self'] = cycle;
    logger.log(cycle);
    expect(lines()[0]).toMatchObject({ bytes: '[binary]', big: '1' });
    expect(written[0]).toContain('[too deep]');
  });
});

describe(withLogFields.name, () => {
  it('puts its fields on every line within, awaited work included', async () => {
    const { logger, lines } = capture();
    await withLogFields({ requestId: 'r-1' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      withLogFields({ job: 'j' }, () => logger.log('inside'));
      logger.log({ requestId: 'forged' });
    });
    logger.log('outside');
    const [inside, forged, outside] = lines();
    expect(inside).toMatchObject({ requestId: 'r-1', job: 'j' });
    expect(forged).toMatchObject({ requestId: 'r-1' });
    expect(outside).not.toHaveProperty('requestId');
  });
});
