import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections, or a client that tries again and again to reach a server
 * that is down could be given its port, and would then even reach itself.
 */
const FIRST = 10_000;
const LAST = 32_000;

/** A port of 127.0.0.1 on which nobody listens at this moment; another process may still be faster to take it. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false; // taken, or not for us
  } finally {
    server.close();
  }
}
