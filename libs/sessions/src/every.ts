import type { Logger } from '@nestjs/common';

export interface Periodic {
  /** Starts no further round and resolves when the one under way is done. */
  stop(): Promise<void>;
}

/** Runs `work` every `intervalMs`, never twice at once, never keeping the process alive; a failed round is logged. */
export function every(intervalMs: number, work: () => Promise<void>, logger: Logger): Periodic {
  let round: Promise<void> | null = null;
  const timer = setInterval(() => {
    round ??= work()
      .catch((error: unknown) => logger.warn({ err: error }, 'A periodic task failed and will be tried again'))
      .finally(() => {
        round = null;
      });
  }, intervalMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await round;
    },
  };
}
