import { type RouteOptions } from 'fastify';

const CATCH_ALL = new Set(['*', '/*', '']);

/** Which methods the routes of a path offer: what a 405 says in `Allow`, and Fastify does not tell. */
export class AllowedMethods {
  private readonly routes = new Map<string, { matches: RegExp; methods: Set<string> }>();

  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    if (CATCH_ALL.has(url)) return;
    const route = this.routes.get(url) ?? { matches: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) route.methods.add(name);
    this.routes.set(url, route);
  }

  /** Sorted, without repeats; empty when no route has the path. Read only for requests that found no route. */
  of(url: string): string[] {
    const path = url.split('?', 1)[0] as string;
    const matching = [...this.routes.values()].filter(({ matches }) => matches.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].sort();
  }
}

/** `/sessions/:id` and `/docs/*` as regular expressions that look at each character once. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.includes(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
