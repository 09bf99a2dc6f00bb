import type { CopyKey } from '#redis';
import type { CopyPlan, Found } from './copy-plan.js';
import type { Content } from './fill-script.js';
import type { Held, Load, MemoryCopies } from './memory-copies.js';
import type { SharedCopies } from './shared-copies.js';

/**
 * The copies that may be read: in the memory of this process, else in Redis, else the truth. When a change has gone
 * through `Writes.commit` nobody is served a copy from before it, from either.
 */
export class Copies {
  /** @param memory null = nothing is kept in memory */
  constructor(
    private readonly shared: SharedCopies,
    private readonly memory: MemoryCopies | null,
  ) {}

  /** The copy in memory, if there is one that may be served at this moment: for a hot path, before it makes a plan. */
  peek<Copy>(key: CopyKey, part = ''): Copy | undefined {
    return this.memory?.peek(key, part) as Copy | undefined;
  }

  /** The next reads of this process ask further than its memory. */
  forget(keys: Iterable<CopyKey>): void {
    this.memory?.drop(keys);
  }

  /**
   * The copy, else the truth. Who asks while a copy is being loaded shares the load, if nothing that was acknowledged
   * before can be missing from it. Throws only what `load` throws.
   */
  async find<Copy, Truth>(plan: CopyPlan<Copy, Truth>): Promise<Found<Copy, Truth>> {
    const { memory } = this;
    if (memory === null || plan.shared || plan.inMemory === false) return this.shared.find(plan);
    const { key, part = '' } = plan;
    const held = (memory.peek(key, part) ?? (await memory.peekRenewed(key, part))) as Copy | undefined;
    const copy = held === undefined || !plan.recheck ? held : plan.recheck(held);
    if (copy !== undefined && copy !== null) return { copy, how: 'L1' };
    const load = memory.current(key, part) ?? begin(plan, memory, this.shared);
    return load.found as Promise<Found<Copy, Truth>>;
  }
}

function begin(plan: CopyPlan<unknown, unknown>, memory: MemoryCopies, shared: SharedCopies): Load {
  const { key, part = '' } = plan;
  const startedAtMs = performance.now();
  const willKeep = memory.isListening;
  const load: Load = memory.begin(key, part, () =>
    shared.find(plan, { withTtl: true }).then(
      (found) => {
        const keepable = memory.end(key, part, load) ? keepableOf(plan, found, startedAtMs) : null;
        if (keepable) memory.keep(key, part, keepable);
        return willKeep && found.how === 'bypass' ? { ...found, how: 'miss' as const } : found;
      },
      (error: unknown) => {
        memory.end(key, part, load);
        throw error;
      },
    ),
  );
  return load;
}

/** Of a truth it is what would be read of its copy. */
function keepableOf(
  plan: CopyPlan<unknown, unknown>,
  found: Found<unknown, unknown>,
  startedAtMs: number,
): Held | null {
  if ('copy' in found) {
    return found.how === 'L1' || found.ttlMs <= 0
      ? null
      : { copy: found.copy, bytes: found.bytes, expiresAtMs: startedAtMs + found.ttlMs };
  }
  const content = plan.encode(found.truth);
  if (content === null) return null;
  const copy = plan.copyOf ? plan.copyOf(found.truth) : plan.decode(valuesOf(plan, content));
  return copy === null ? null : { copy, bytes: bytesOf(content), expiresAtMs: startedAtMs + plan.ttlMs };
}

function valuesOf({ fields }: CopyPlan<unknown, unknown>, content: Content): (Buffer | null)[] {
  if (!(content instanceof Map)) return [content];
  return (fields ?? []).map((field) => content.get(field) ?? null);
}

function bytesOf(content: Content): number {
  if (!(content instanceof Map)) return content.length;
  let bytes = 0;
  for (const value of content.values()) bytes += value.length;
  return bytes;
}
