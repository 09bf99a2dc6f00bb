import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { lastValueFrom, of } from 'rxjs';
import { CacheStatusInterceptor } from './cache-status.interceptor.js';
import { CachedReads } from './cached-reads.js';

/** A response as on Express, where a header may not be set once the headers have been sent. */
class Response {
  readonly headers: Record<string, string> = {};
  headersSent = false;
}

const adapter = {
  isHeadersSent: (response: Response) => response.headersSent,
  getHeader: (response: Response, name: string) => response.headers[name],
  setHeader: (response: Response, name: string, value: string) => {
    if (response.headersSent) throw new Error('ERR_HTTP_HEADERS_SENT');
    response.headers[name] = value;
  },
};

/** What an application does around it is in the spec of the module. */
describe(CacheStatusInterceptor.name, () => {
  const reads = new CachedReads();
  const adapterHost = Object.assign(new HttpAdapterHost(), { httpAdapter: adapter });
  const interceptor = new CacheStatusInterceptor(reads, adapterHost);

  const answer = (response: Response, type = 'http') =>
    reads.collect(() => {
      reads.note('L2');
      const context = new ExecutionContextHost([{}, response]);
      context.setType(type);
      return lastValueFrom(interceptor.intercept(context, { handle: () => of('body') }));
    });

  it('describes a response', async () => {
    const response = new Response();
    expect(await answer(response)).toBe('body');
    expect(response.headers).toEqual({ 'Cache-Status': 'portcullis; hit; detail=L2' });
  });

  it('lets a response be that has been sent by its handler', async () => {
    const response = new Response();
    response.headersSent = true;
    expect(await answer(response)).toBe('body');
  });

  it('lets be what is no HTTP', async () => {
    const message = new Response();
    expect(await answer(message, 'rpc')).toBe('body');
    expect(message.headers).toEqual({});
  });
});
