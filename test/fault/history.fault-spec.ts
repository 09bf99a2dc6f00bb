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
  const end = call(10, 20, { ends: ['a'], status: 204 });
  const use = (startedAt: number, status = 200) => call(startedAt, startedAt + 1, { uses: ['a'], status });

  it('is undead when a call that began after the acknowledgement of its end is accepted', () => {
    expect(kinds(end, use(21))).toEqual(['undead']);
  });

  it('is undead, too, when it was acknowledged that it had ended', () => {
    expect(kinds({ ...end, status: 404 }, call(1, 30, { ends: ['a'], status: 0 }), use(21))).toEqual([
      'undead',
      'failed',
    ]);
  });

  it('may be accepted or refused while it is being ended', () => {
    expect(kinds(end, use(11), use(11, 401))).toEqual([]);
  });

  it('may be accepted and refused when its end was never acknowledged', () => {
    const unheard = { ...end, status: 401, uses: ['b'] };
    const endOfB = call(1, 2, { ends: ['b'], status: 204 });
    expect(kinds(endOfB, unheard, use(21), use(23, 401))).toEqual([]);
  });

  it('is lost when it is refused and nobody has begun to end it', () => {
    expect(kinds(use(1, 401), end)).toEqual(['lost']);
    expect(kinds(end, use(21, 401))).toEqual([]);
  });

  it('is lost when who begins to end it hears that there is none', () => {
    expect(kinds({ ...end, status: 404 })).toEqual(['lost']);
  });
});

describe('the end of all sessions', () => {
  const endOfAll = call(10, 20, { uses: ['a'], ends: ['a', 'b'], endsAll: true });
  const login = (startedAt: number, endedAt: number) => call(startedAt, endedAt, { starts: 'c' });
  const use = (session: string, startedAt: number, status = 200) =>
    call(startedAt, startedAt + 1, { uses: [session], status });

  it('ends each of those that were known', () => {
    expect(kinds(endOfAll, use('a', 21), use('b', 21))).toEqual(['undead', 'undead']);
    expect(kinds(endOfAll, use('a', 21, 401), use('b', 11, 401))).toEqual([]);
  });

  it('may come before or after a login that it races', () => {
    expect(kinds(login(11, 12), endOfAll, use('c', 21))).toEqual([]);
    expect(kinds(login(11, 12), endOfAll, use('c', 21, 401))).toEqual([]);
  });

  it('ends no session of a later login, nor one of another user', () => {
    expect(kinds(endOfAll, login(21, 22), use('c', 23, 401))).toEqual(['lost']);
    expect(kinds({ ...endOfAll, user: 'Bob' }, login(11, 12), use('c', 21, 401))).toEqual(['lost']);
  });

  it('has not ended a session that was refused before it began', () => {
    expect(kinds(login(1, 2), use('c', 3, 401), endOfAll)).toEqual(['lost']);
  });

  it('may come at any time when it was never answered', () => {
    expect(kinds({ ...endOfAll, status: 0 }, login(21, 22), use('c', 23, 401))).toEqual(['failed']);
  });

  it('spares the session that it is asked by, if that is not among those that end', () => {
    const endOfOthers = call(10, 20, { uses: ['c'], ends: ['a'], endsAll: true });
    expect(kinds(login(1, 2), endOfOthers, use('c', 21, 401))).toEqual(['lost']);
  });
});

describe('a password', () => {
  const change = call(10, 20, { uses: ['a', 'old'], ends: ['a', 'old'], endsAll: true, starts: 'b' });
  const login = (password: string, startedAt: number, status: number) =>
    call(startedAt, startedAt + 1, { uses: [password], status });

  it('is undead when a login with it is accepted after it was changed', () => {
    expect(kinds(change, login('old', 21, 200))).toEqual(['undead']);
    expect(kinds(change, login('old', 11, 200), login('old', 21, 401), login('new', 21, 200))).toEqual([]);
  });

  it('is lost when it is refused and nobody has begun to change it', () => {
    expect(kinds(change, login('new', 21, 401), login('old', 1, 401))).toEqual(['lost', 'lost']);
  });

  it('is not lost when it may be the session that was refused, which somebody has begun to end', () => {
    expect(kinds(call(1, 2, { ends: ['a'], status: 204 }), { ...change, status: 401 })).toEqual([]);
    expect(kinds({ ...change, status: 401 })).toEqual(['lost']);
  });

  it('does not take with it the session that its change has started', () => {
    expect(kinds(change, call(21, 22, { uses: ['b'], status: 401 }))).toEqual(['lost']);
  });
});

describe('a list of sessions', () => {
  const end = call(10, 20, { ends: ['a'], status: 204 });

  it('shows an undead one when it began after the acknowledgement of its end', () => {
    expect(kinds(end, call(21, 22, { shows: ['b', 'a'], lacks: [] }))).toEqual(['undead']);
    expect(kinds(end, call(11, 22, { shows: ['b', 'a'], lacks: [] }))).toEqual([]);
  });

  it('has lost each live one that it lacks and that nobody has begun to end', () => {
    expect(kinds(call(1, 9, { shows: [], lacks: ['a', 'b'] }), end)).toEqual(['lost', 'lost']);
    expect(kinds(call(1, 11, { shows: [], lacks: ['a', 'b'] }), end)).toEqual(['lost']);
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

  it('is excused with the one failure alone that the downtime gives reason for', () => {
    const calls = [call(1, 5, { status: 503 }), call(1, 5, { status: 500 }), call(1, 5, { status: 0 })];
    expect(mistakesIn(calls, [{ node: 0, from: 4, to: 20, answers: 503 }])).toHaveLength(2);
  });

  it('is hung when it has not come within 5 s, whatever the node does', () => {
    const hung = [call(0, 5_001, {}), call(0, Infinity, { status: 0 })];
    expect(mistakesIn(hung, [{ node: 0, from: 0, to: Infinity }])).toHaveLength(2);
    expect(kinds(call(0, 4_999, {}))).toEqual([]);
  });
});
