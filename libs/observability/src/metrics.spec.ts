import { Counter } from 'prom-client';
import { collectProcessMetrics, metricsText } from './metrics.js';

describe('the metrics of the process', () => {
  it('are those of every lib and of Node, in the text format of Prometheus', async () => {
    new Counter({ name: 'portcullis_things_total', help: 'Things.', labelNames: ['kind'] }).inc({ kind: 'a "b"' });
    collectProcessMetrics();
    const { contentType, text } = await metricsText();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('# TYPE portcullis_things_total counter\nportcullis_things_total{kind="a \\"b\\""} 1\n');
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) expect(text).toContain(name);
  });

  it('may be switched on by several applications of one process', async () => {
    collectProcessMetrics();
    collectProcessMetrics();
    expect((await metricsText()).text.match(/# TYPE process_cpu_seconds_total/g)).toHaveLength(1);
  });
});
