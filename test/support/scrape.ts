import { setTimeout as pause } from 'node:timers/promises';

/** One line of what Prometheus reads. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const DEADLINE_MS = 10_000;

/** The metrics of a server as they were at one moment. Refuses a line that Prometheus would not understand. */
export class Scrape {
  readonly samples: Sample[];
  /** Every name under which a metric may be asked for: a histogram has three. */
  readonly names: Set<string>;

  private constructor(readonly text: string) {
    this.samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(readSample);
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    this.names = new Set(types.flatMap(([, name, type]) => namesOf(name!, type!)));
  }

  static async of(url: string): Promise<Scrape> {
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return new Scrape(await response.text());
  }

  /** A request is counted when its answer has left, which its client may see a little earlier. */
  static async until(url: string, isThere: (scrape: Scrape) => boolean): Promise<Scrape> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const scrape = await Scrape.of(url);
      if (isThere(scrape)) return scrape;
      if (performance.now() > deadline) throw new Error(`It did not come to be:\n${scrape.text}`);
      await pause(50);
    }
  }

  /** The value with exactly these labels. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    const wanted = spell(labels);
    return this.samples.find((sample) => sample.name === name && spell(sample.labels) === wanted)?.value;
  }

  requests(method: string, route: string, status: number): number | undefined {
    return this.value('portcullis_http_requests_total', { method, route, status: String(status) });
  }
}

const namesOf = (name: string, type: string): string[] =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name];

const spell = (labels: Record<string, string>): string => JSON.stringify(Object.entries(labels).sort());

function readSample(line: string): Sample {
  const [, name, labels = '', value] = /^([a-zA-Z_:]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`Not a sample: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label!, text!] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
