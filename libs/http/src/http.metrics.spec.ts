import { register } from 'prom-client';
import { type ServedApp, serveApp } from './served-app.fixture.js';

let served: ServedApp;
beforeAll(async () => (served = await serveApp()));
afterAll(() => served.app.close());
beforeEach(() => register.resetMetrics());

const get = async (path: string) => (await fetch(served.url + path)).text();

async function valuesOf(name: string) {
  const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
  return values as { value: number; labels: Record<string, unknown>; metricName?: string }[];
}

describe('the metrics of requests', () => {
  it('count by method, route and status, whatever the address', async () => {
    await get('/things/0198c9d4-7f3a-7b1e-9c55-1f2d3a4b5c6d?token=hunter2');
    await get('/things/0198c9d4-7f3a-7b1e-9c55-000000000000');
    await get('/things/hunter2');
    await get('/things/broken');
    expect(await valuesOf('portcullis_http_requests_total')).toEqual([
      { labels: { method: 'GET', route: '/things/:id', status: 200 }, value: 2 },
      { labels: { method: 'GET', route: '/things/:id', status: 422 }, value: 1 },
      { labels: { method: 'GET', route: '/things/broken', status: 500 }, value: 1 },
    ]);
    expect(await register.metrics()).not.toMatch(/hunter2|0198c9d4/);
  });

  it('put what has no route under one name', async () => {
    await get('/nothing');
    await get('/nothing/else');
    await get('/things/%E0%A4%A');
    expect(await valuesOf('portcullis_http_requests_total')).toEqual([
      { labels: { method: 'GET', route: 'unmatched', status: 404 }, value: 2 },
      { labels: { method: 'GET', route: 'unmatched', status: 400 }, value: 1 },
    ]);
  });

  it('tell how long the answers of a route took, in seconds', async () => {
    await get('/things');
    const values = await valuesOf('portcullis_http_request_duration_seconds');
    const [sum, count] = values.slice(-2);
    expect(count).toMatchObject({ labels: { method: 'GET', route: '/things' }, value: 1 });
    expect(sum!.value).toBeGreaterThan(0);
    expect(sum!.value).toBeLessThan(30);
    const bounds = values.flatMap(({ labels }) => (labels['le'] === undefined ? [] : [labels['le']]));
    expect([bounds[0], ...bounds.slice(-2)]).toEqual([0.0005, 5, '+Inf']);
  });
});
