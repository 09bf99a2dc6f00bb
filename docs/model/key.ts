import { NOTHING } from './redis.js';
import { type Copy, type Memory, type Node, RELAY_STEPS, type Read, type State, WRITE_STEPS } from './state.js';

const READ_STEPS = ['asking', 'loading', 'keeping'];

/** Tells states apart, but for which node is called A and which B. Short, for there are millions. */
export function keyOf(state: State): string {
  const { version, outbox, announced, fence, left, relay } = state;
  const ofNodes = state.nodes.map(codesOfNode);
  const order = state.nodes.map((_, index) => index).sort((one, other) => compare(ofNodes[one]!, ofNodes[other]!));
  const place = (node: number) => order.indexOf(node);
  const codes = [version, state.wrong ? 1 : 0, sumOfBits(outbox) + 16 * sumOfBits(announced), fence.length, ...fence];
  codes.push(state.writes.length + (relay ? 4 : 0));
  for (const { isUp, copies } of state.servers) {
    codes.push(isUp ? 1 : 0);
    for (let epoch = 0; epoch < fence.length; epoch++) codes.push(codeOfCopy(copies[epoch] ?? NOTHING, place));
  }
  for (const node of order) codes.push(...ofNodes[node]!);
  for (const { node, change, step, epoch } of state.writes) {
    codes.push(place(node) + 2 * change, WRITE_STEPS.indexOf(step) + 16 * epoch);
  }
  if (relay) codes.push(place(relay.node), relay.change + 4 * RELAY_STEPS.indexOf(relay.step) + 16 * relay.epoch);
  codes.push(left.writes + 4 * left.crashes + 16 * left.lostConnections + 64 * left.redisFaults);
  codes.push(left.lostChannels);
  return String.fromCharCode(...codes);
}

function codeOfCopy({ value, lease }: Copy, place: (node: number) => number): number {
  return (value ?? -1) + 1 + 8 * (lease === null ? 0 : 1 + place(lease));
}

function codesOfNode({ usesRedis, server, verified, lease, read, memory }: Node): number[] {
  return [
    (usesRedis ? 1 : 0) + 2 * server + 8 * verified,
    lease ? 1 + lease.epoch + (lease.isLapsed ? 16 : 0) : 0,
    read ? 1 + READ_STEPS.indexOf(read.step) + 4 * read.epoch : 0,
    read ? detailOf(read) : 0,
    ...(memory ? codesOfMemory(memory) : []),
  ];
}

function codesOfMemory({ value, listed, queue, isLeased }: Memory): [number, number] {
  const codeOfListed = listed === 'awaited' ? 1 : listed === null ? 0 : 2 + listed;
  const codeOfQueue = queue === null ? 0 : queue.reduce((code, change) => 4 * code + 1 + change, 1);
  return [(value ?? -1) + 1 + 8 * codeOfListed, (isLeased ? 1 : 0) + 2 * codeOfQueue];
}

function detailOf(read: Read): number {
  if (read.step === 'loading') return 0;
  return read.server + 4 * (read.step === 'asking' ? read.mustSee : read.value);
}

function compare(one: number[], other: number[]): number {
  const at = one.findIndex((code, index) => code !== other[index]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}

function sumOfBits(changes: readonly number[]): number {
  return changes.reduce((sum, change) => sum + 2 ** change, 0);
}
