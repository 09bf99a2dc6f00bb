import { collectDefaultMetrics, register } from 'prom-client';

export interface MetricsText {
  contentType: string;
  text: string;
}

/** Every metric of the process, in Prometheus' text format. Nothing in it names a user, a session or an address. */
export async function metricsText(): Promise<MetricsText> {
  return { contentType: register.contentType, text: await register.metrics() };
}

/** Adds what Node tells of itself: processor time, memory, garbage collection, the delay of the event loop. */
export function collectProcessMetrics(): void {
  const isCollecting = register.getSingleMetric('process_cpu_seconds_total') !== undefined;
  if (!isCollecting) collectDefaultMetrics();
}
