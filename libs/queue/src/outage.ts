import { DatabaseUnavailable } from '#database';

interface Log {
  log(line: string): void;
  warn(detail: object, line: string): void;
}

/** Says once that PostgreSQL cannot be asked for jobs, however many ask, and once that it can again. */
export class Outage {
  private isOn = false;

  constructor(private readonly logger: Log) {}

  /** Passes on what the work gives or throws. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.end();
      return result;
    } catch (error) {
      this.begin(error);
      throw error;
    }
  }

  private begin(err: unknown): void {
    if (this.isOn) return;
    this.isOn = true;
    const why = err instanceof DatabaseUnavailable ? 'PostgreSQL cannot be reached' : 'PostgreSQL refuses to give any';
    this.logger.warn({ err }, `No jobs are worked on: ${why}. Trying on.`);
  }

  private end(): void {
    if (!this.isOn) return;
    this.isOn = false;
    this.logger.log('Jobs are worked on again.');
  }
}
