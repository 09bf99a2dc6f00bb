import { PinoLogger } from '#observability';

const FRAMEWORK = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/**
 * The server's log. The framework's report of its own start is left out, and so is its account of a start that failed,
 * which is told once and for people. What is not urgent waits until the server has announced itself.
 */
export class ServerLogger extends PinoLogger {
  private waiting: (() => void)[] | null = [];

  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK.has(rest.at(-1) as string)) return;
    const write = () => super.log(message, ...rest);
    if (this.waiting) this.waiting.push(write);
    else write();
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (this.waiting && rest.at(-1) === 'ExceptionHandler') return;
    super.error(message, ...rest);
  }

  /** The start is over, well or not. */
  release(): void {
    for (const write of this.waiting ?? []) write();
    this.waiting = null;
  }
}
