import { Agent, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Injectable,
  NotFoundException,
  Post,
  Sse,
  StreamableFile,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { concatMap, from, type Observable } from 'rxjs';
import { createFastifyAdapter } from '#http';
import { CacheEvict } from './cache-evict.decorator.js';
import { CachePut } from './cache-put.decorator.js';
import { Cached } from './cached.decorator.js';
import { CallerContext } from './caller-context.js';
import { compileApp } from './decorated-app.fixture.js';
import { keyOf } from './key-of.js';

const ttlSeconds = 60;

/** Believes whatever the request says, after a while. */
@Injectable()
class CredulousGuard implements CanActivate {
  constructor(private readonly callers: CallerContext) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    await turn();
    if (headers.caller) this.callers.identify(headers.caller);
    return true;
  }
}

@Injectable()
class Notes {
  constructor(private readonly callers: CallerContext) {}

  /** The answer names whom it was made for. */
  @Cached({ namespace: 'notes', ttlSeconds, scope: 'user', key: (page: number) => [page] })
  async mine(page: number): Promise<string> {
    await turn();
    return `${this.callers.callerId}'s page ${page}`;
  }

  @Cached({ namespace: 'names', ttlSeconds, scope: 'shared', key: (name: string) => name })
  async shared(name: string): Promise<string> {
    await turn();
    return name;
  }

  @CachePut({ read: 'shared', args: (name: string) => [name] })
  put(_name: string): Promise<void> {
    return Promise.resolve();
  }

  @CacheEvict({ namespace: 'notes', scope: 'user', key: (page: number) => [page] })
  evict(_page: number): Promise<void> {
    return Promise.resolve();
  }

  /** Read when the handler has long returned. */
  async *pages(): AsyncGenerator<string> {
    for (const page of [1, 2, 3]) {
      await turn();
      yield `${await this.mine(page)}\n`;
    }
  }
}

interface Pets {
  pets: string[];
  total: number;
  cached?: boolean;
}

@Controller()
class NotesController {
  constructor(private readonly notes: Notes) {}

  @Get('mine')
  mine(): Promise<string> {
    return this.notes.mine(1);
  }

  @Get('stream')
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(this.notes.pages()));
  }

  @Get('observable')
  observable(): Observable<string> {
    return from([1]).pipe(concatMap((page) => this.notes.mine(page)));
  }

  @Sse('events')
  events(): Observable<{ data: string }> {
    return from([1, 2]).pipe(concatMap(async (page) => ({ data: await this.notes.mine(page) })));
  }

  @Post('mine')
  async posted(@Body() { page }: { page: number }): Promise<string> {
    return this.notes.mine(page);
  }

  @Get('several')
  async several(): Promise<string[]> {
    return Promise.all([this.notes.shared('kept'), this.notes.shared('kept too')]);
  }

  @Get('mixed')
  async mixed(): Promise<string[]> {
    return [
      await this.notes.shared('kept'),
      await this.notes.shared(`new ${Math.random()}`),
      await this.notes.shared('kept'),
    ];
  }

  @Get('uncached')
  uncached(): string {
    return 'uncached';
  }

  @Get('by-hand')
  @Header('Cache-Status', 'elsewhere; hit')
  byHand(): Promise<string> {
    return this.notes.shared('kept');
  }

  @Get('missing')
  async missing(): Promise<never> {
    await this.notes.shared('kept');
    throw new NotFoundException();
  }

  @Post('put')
  put(): Promise<void> {
    return this.notes.put('kept');
  }

  @Get('pets')
  @Cached({ namespace: 'pets', ttlSeconds, scope: 'shared', key: keyOf, cachedField: true })
  pets(): Promise<Pets> {
    return Promise.resolve({ pets: ['Tom'], total: 1 });
  }
}

describe('requests to an application with cache decorators', () => {
  let app: NestFastifyApplication;
  let url: string;

  beforeEach(async () => {
    const { module } = await compileApp({
      controllers: [NotesController],
      providers: [Notes, { provide: APP_GUARD, useClass: CredulousGuard }],
    });
    app = module.createNestApplication<NestFastifyApplication>(createFastifyAdapter({ trustedProxies: [] }), {
      bodyParser: false,
      logger: false,
    });
    app.setGlobalPrefix('v1', { exclude: ['mine'] });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });

  afterEach(() => app.close());

  const get = async (path: string, caller?: string, method = 'GET') => {
    const response = await fetch(url + path, { method, headers: caller === undefined ? {} : { caller } });
    return { status: response.status, body: await response.text(), cache: response.headers.get('cache-status') };
  };

  describe('the caller', () => {
    it.each([
      ['/mine', (name: string) => `${name}'s page 1`],
      ['/v1/observable', (name: string) => `${name}'s page 1`],
      ['/v1/stream', (name: string) => [1, 2, 3].map((page) => `${name}'s page ${page}\n`).join('')],
      ['/v1/events', (name: string) => [1, 2].map((page) => `\nid: ${page}\ndata: ${name}'s page ${page}\n`).join('')],
    ])('of %s is the one of that request, while others are answered', async (path, expected) => {
      const names = Array.from({ length: 40 }, (_, index) => `user-${index % 8}`);
      const answers = await Promise.all(names.map((name) => get(path, name)));
      const withoutSpace = (body: string) => body.trim();
      expect(answers.map(({ body }) => withoutSpace(body))).toEqual(names.map((name) => withoutSpace(expected(name))));
    });

    it('is known to who reads a body that comes in pieces, in turn with that of another', async () => {
      const piecemeal = (name: string) => {
        const headers = { caller: name, 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
        const request = send(`${url}/mine`, { method: 'POST', headers });
        const answer = new Promise<string>((resolve, reject) => {
          request.on('response', (response) => void text(response).then(resolve, reject)).on('error', reject);
        });
        return {
          answer,
          write: (piece: string) => new Promise((sent) => request.write(piece, sent)),
          end: () => request.end(),
        };
      };
      const [ana, bob] = [piecemeal('ana'), piecemeal('bob')];
      for (const piece of ['{"pa', 'ge"', ':5}']) {
        await ana.write(piece);
        await bob.write(piece);
      }
      bob.end();
      ana.end();
      expect(await Promise.all([ana.answer, bob.answer])).toEqual([`ana's page 5`, `bob's page 5`]);
    });

    it('is forgotten by the connection: the next request on it may be nobody’s', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ask = (headers: Record<string, string>) =>
        new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
          const request = send(`${url}/mine`, { agent, headers }, (response) => {
            text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
          });
          request.on('error', reject).end();
        });
      expect(await ask({ caller: 'ana' })).toEqual({ status: 200, body: `ana's page 1` });
      expect(await ask({})).toMatchObject({ status: 500 });
      expect(await ask({ caller: 'bob' })).toEqual({ status: 200, body: `bob's page 1` });
      agent.destroy();
    });
  });

  describe('Cache-Status', () => {
    it('says how the read was served', async () => {
      expect((await get('/mine', 'ana')).cache).toBe('portcullis; fwd=miss');
      expect((await get('/mine', 'ana')).cache).toBe('portcullis; hit; detail=L1');
      expect((await get('/mine', 'bob')).cache).toBe('portcullis; fwd=miss');
    });

    it('says it of a controller’s own method, and agrees with its field', async () => {
      expect(await get('/v1/pets')).toEqual({
        status: 200,
        body: '{"pets":["Tom"],"total":1,"cached":false}',
        cache: 'portcullis; fwd=miss',
      });
      expect(await get('/v1/pets')).toEqual({
        status: 200,
        body: '{"pets":["Tom"],"total":1,"cached":true}',
        cache: 'portcullis; hit; detail=L1',
      });
    });

    it('is a hit where all reads were hits', async () => {
      expect((await get('/v1/several')).cache).toBe('portcullis; fwd=miss');
      expect((await get('/v1/several')).cache).toBe('portcullis; hit; detail=L1');
    });

    it('tells of the slowest of several reads, whichever that was', async () => {
      await get('/v1/several');
      expect((await get('/v1/mixed')).cache).toBe('portcullis; fwd=miss');
    });

    it.each([
      ['without such reads', '/v1/uncached', null],
      ['whose handler has set it', '/v1/by-hand', 'elsewhere; hit'],
      ['that is an error', '/v1/missing', null],
      ['whose headers went before the reads', '/v1/stream', null],
    ])('is left as it is on an answer %s', async (_, path, expected) => {
      expect((await get(path, 'ana')).cache).toBe(expected);
    });

    it('tells nothing of the load after a change', async () => {
      expect(await get('/v1/put', 'ana', 'POST')).toMatchObject({ status: 201, cache: null });
    });

    it('is told apart for answers that are made at the same time', async () => {
      await get('/v1/several');
      const paths = Array.from(
        { length: 40 },
        (_, index) => ['/v1/several', '/v1/mixed', '/v1/uncached'][index % 3] as string,
      );
      const answers = await Promise.all(paths.map((path) => get(path)));
      const expected: Record<string, string | null> = {
        '/v1/several': 'portcullis; hit; detail=L1',
        '/v1/mixed': 'portcullis; fwd=miss',
        '/v1/uncached': null,
      };
      expect(answers.map(({ cache }) => cache)).toEqual(paths.map((path) => expected[path]));
    });
  });
});
