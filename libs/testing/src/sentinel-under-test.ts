import { setTimeout as pause } from 'node:timers/promises';
import { findRedisServer } from './redis-program.js';
import { RedisUnderTest } from './redis-under-test.js';
import { SentinelProcess } from './sentinel-process.js';

const SENTINELS = 3;
const AGREEMENT_DEADLINE_MS = 20_000;
const POLL_MS = 20;

/** A master, its replica, and three Sentinels that promote the replica about a second after the master is lost. */
export class SentinelUnderTest {
  readonly masterName = 'portcullis';
  private readonly processes: SentinelProcess[] = [];
  private stopped: Promise<void> | undefined;

  private constructor(
    /** The master at the start. */
    readonly master: RedisUnderTest,
    /** The replica at the start. */
    readonly replica: RedisUnderTest,
    private readonly downAfterMs: number,
  ) {}

  /**
   * Resolves when the Sentinels agree on the master and know each other and the replica. A test that wants no fail-over
   * gives a longer time, or a busy machine may bring one about.
   */
  static async start({ downAfterMs = 500 } = {}): Promise<SentinelUnderTest> {
    const master = await RedisUnderTest.start();
    const started = new SentinelUnderTest(master, await RedisUnderTest.start({ replicaOf: master }), downAfterMs);
    try {
      await started.watchMaster();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** Their addresses, as `127.0.0.1:1,127.0.0.1:2,127.0.0.1:3`. */
  get sentinels(): string {
    return this.processes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  /** Which of the two the Sentinels name as the master; `undefined` while they disagree. */
  async currentMaster(): Promise<RedisUnderTest | undefined> {
    const named = await Promise.all(this.processes.map((sentinel) => sentinel.master()));
    return [this.master, this.replica].find((server) => named.every(({ port }) => port === String(server.port)));
  }

  /** Ends all five processes and removes their folders; may be called again. */
  stop(): Promise<void> {
    this.stopped ??= Promise.all([...this.processes, this.replica, this.master].map((each) => each.stop())).then(
      () => undefined,
    );
    return this.stopped;
  }

  private async watchMaster(): Promise<void> {
    const program = await findRedisServer();
    while (this.processes.length < SENTINELS) {
      const { masterName: name, master, downAfterMs } = this;
      this.processes.push(await SentinelProcess.start(program, { name, port: master.port, downAfterMs }));
    }
    const deadline = performance.now() + AGREEMENT_DEADLINE_MS;
    while (!(await this.isReady())) {
      if (performance.now() > deadline) throw new Error('The Sentinels did not find each other and the replica.');
      await pause(POLL_MS);
    }
  }

  private async isReady(): Promise<boolean> {
    const known = await Promise.all(this.processes.map(knowsAll));
    return known.every(Boolean);
  }
}

async function knowsAll(sentinel: SentinelProcess): Promise<boolean> {
  const [master, replicas] = await Promise.all([sentinel.master(), sentinel.replicas()]);
  const isWell = master.flags === 'master' && master['num-other-sentinels'] === String(SENTINELS - 1);
  return isWell && replicas.length === 1 && replicas[0]?.['master-link-status'] === 'ok';
}
