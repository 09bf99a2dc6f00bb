import { type Call, mistakesIn } from './support/history.js';

const call = (startedAt: number, endedAt: number, more: Partial<Call>): Call => ({
  what: 'call',
  node: 0,
  startedAt,
  endedAt,
  status: 200,
  user: 'Ann',
  ...more,
});
const kinds = (...calls: Call[]) => mistakesIn(calls).map((mistake) => mistake.split(':')[0]);

describe('a read of a profile', () => {
  const write = call(10, 20, { wrote: 2 });

  it('is stale when it began after the acknowledgement of a write that it does not show', () => {
    expect(kinds(write, call(21, 22, { node: 1, saw: 1 }))).toEqual(['stale']);
  });

  it('may show either version until then', () => {
    expect(kinds(write, call(19, 30, { saw: 1 }), call(11, 12, { saw: 2 }))).toEqual([]);
  });

  it('may show what is newer, and says nothing of others', () => {
    expect(kinds(write, call(21, 22, { saw: 3 }), call(21, 22, { saw: 1, user: 'Bob' }))).toEqual([]);
  });

  it('is compared with the newest, though an older one was acknowledged later', () => {
    expect(kinds(call(5, 25, { wrote: 3 }), write, call(26, 27, { saw: 2 }))).toEqual(['stale']);
  });

  it('is told of with both calls', () => {
    const [mistake] = mistakesIn([write, call(21, 22, { what: 'read', node: 1, saw: 1 })]);
    expect(mistake).toBe(
      'stale: saw 1: read of Ann on node 1, 21.0 to 22.0: 200; 2 acknowledged: call of Ann on node 0, 10.0 to 20.0: 200',
    );
  });
});

describe('a session', () => {
  const end = call(10, 20, { ends: 'a', status: 204 });

  it('is undead when a call that began after the acknowledgement of its end is accepted', () => {
    expect(kinds(end, call(21, 22, { uses: 'a' }))).toEqual(['undead']);
  });

  it('is undead, too, when it was acknowledged that it had ended', () => {
    expect(kinds({ ...end, status: 404 }, call(1, 30, { ends: 'a', status: 0 }), call(21, 22, { uses: 'a' }))).toEqual([
      'undead',
      'failed',
    ]);
  });

  it('may be accepted or refused while it is being ended', () => {
    expect(kinds(end, call(11, 12, { uses: 'a' }), call(11, 12, { uses: 'a', status: 401 }))).toEqual([]);
  });

  it('may be accepted and refused when its end was never acknowledged', () => {
    const unheard = { ...end, status: 401, uses: 'b' };
    const endOfB = call(1, 2, { ends: 'b', status: 204 });
    expect(kinds(endOfB, unheard, call(21, 22, { uses: 'a' }), call(23, 24, { uses: 'a', status: 401 }))).toEqual([]);
  });

  it('is lost when it is refused and nobody has begun to end it', () => {
    expect(kinds(call(1, 2, { uses: 'a', status: 401 }), end)).toEqual(['lost']);
    expect(kinds(end, call(21, 22, { uses: 'a', status: 401 }))).toEqual([]);
  });

  it('is lost when who begins to end it hears that there is none', () => {
    expect(kinds({ ...end, status: 404 })).toEqual(['lost']);
  });
});

describe('an answer', () => {
  it.each([500, 503, 429, 409, 0])('of %d is a failure', (status) => {
    expect(kinds(call(1, 2, { status }))).toEqual(['failed']);
  });

  it('is excused while its node is down, and only its node', () => {
    const calls = [call(1, 5, { status: 0 }), call(1, 5, { status: 0, node: 1 }), call(30, 31, { status: 503 })];
    expect(mistakesIn(calls, [{ node: 0, from: 4, to: 20 }])).toHaveLength(2);
  });

  it('is hung when it has not come within 5 s, whatever the node does', () => {
    const hung = [call(0, 5_001, {}), call(0, Infinity, { status: 0 })];
    expect(mistakesIn(hung, [{ node: 0, from: 0, to: Infinity }])).toHaveLength(2);
    expect(kinds(call(0, 4_999, {}))).toEqual([]);
  });
});
