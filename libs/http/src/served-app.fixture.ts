import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Body, Controller, ForbiddenException, Get, Header, Logger, Module, Param, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsEmail, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { PinoLogger } from '#observability';
import { createFastifyAdapter, type FastifyAdapterOptions } from './fastify-adapter.js';
import { HttpModule } from './http.module.js';
import { Problem } from './problem.js';
import { UuidParam } from './uuid-param.pipe.js';

class Part {
  @IsString()
  'a/b~c': string;
}

class NewThing {
  @IsEmail()
  email: string;

  @IsOptional()
  @MaxLength(40)
  name?: string;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];
}

class Page {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  limit?: number;
}

class Refused extends Problem {
  constructor() {
    super(401, 'thing.refused', 'The thing is refused.', { headers: { 'WWW-Authenticate': 'Bearer' } });
  }
}

/** `GET /things/slow` emits 'started' and answers after 'answer'. */
export const slow = new EventEmitter();

@Controller('things')
class ThingsController {
  private readonly logger = new Logger('Things');

  @Get()
  list(@Query() page: Page) {
    return page;
  }

  @Get('broken')
  broken() {
    throw Object.assign(new Error('syntax error at "hunter2" in /srv/app.ts'), { query: 'SELECT hunter2' });
  }

  @Get('outage')
  outage() {
    throw new Error('query failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
  }

  @Get('refused')
  refused() {
    throw new Refused();
  }

  @Get('forbidden')
  @Header('Cache-Control', 'private')
  forbidden() {
    throw new ForbiddenException('hunter2');
  }

  @Get('cached')
  @Header('Cache-Control', 'private, no-cache')
  cached() {
    this.logger.log('from within');
    return {};
  }

  @Get('slow')
  async slow() {
    slow.emit('started');
    await once(slow, 'answer');
    return { slow: true };
  }

  @Get(':id')
  one(@Param('id', UuidParam) id: string) {
    return { id };
  }

  @Post()
  async create(@Body() thing: NewThing) {
    await Promise.resolve();
    this.logger.log('created');
    return { email: thing.email };
  }

  @Post('anything')
  anything(@Body() body: unknown) {
    return { body };
  }
}

@Controller('docs')
class DocsController {
  @Get()
  page() {
    return 'docs';
  }
}

@Module({ imports: [HttpModule], controllers: [ThingsController, DocsController] })
class ServedModule {}

// Nest has one logger per process, so that of the application made last gets the lines of all.
const written: string[] = [];

export interface ServedApp {
  app: NestFastifyApplication;
  url: string;
  port: number;
  /** What was logged since the last call, by any application here; one object a line. */
  logged(): Record<string, unknown>[];
  post(body: NonNullable<RequestInit['body']>, headers?: Record<string, string>, path?: string): Promise<Response>;
}

/** A small application on the adapter, listening; it is closed by who asked for it. */
export async function serveApp(options: Partial<FastifyAdapterOptions> = {}): Promise<ServedApp> {
  const logger = new PinoLogger('info', { write: (line) => void written.push(line) });
  const adapter = createFastifyAdapter({ trustedProxies: [], documentation: '/docs', ...options });
  const app = await NestFactory.create<NestFastifyApplication>(ServedModule, adapter, { bodyParser: false, logger });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    app,
    url,
    port,
    logged: () => written.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>),
    post: (body, headers = { 'content-type': 'application/json' }, path = '/things') =>
      fetch(url + path, { method: 'POST', body, headers }),
  };
}

/** Sends bytes on a connection of its own and returns all that comes back until the server closes it. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString())).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}
