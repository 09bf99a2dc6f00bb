import { NextInTurn } from './next-in-turn.js';

/** Work whose rounds are ended by the test; a round's result is its number. */
function newRounds() {
  const rounds: { end: () => void; fail: () => void }[] = [];
  const turns = new NextInTurn(() => {
    const number = rounds.length + 1;
    return new Promise<number>((resolve, reject) => {
      rounds.push({ end: () => resolve(number), fail: () => reject(new Error(`round ${number}`)) });
    });
  });
  return { rounds, turns };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe(NextInTurn.name, () => {
  it('does nothing unasked', async () => {
    const { rounds } = newRounds();
    await turn();
    expect(rounds).toHaveLength(0);
  });

  it('lets all who come before a round has begun share it', async () => {
    const { rounds, turns } = newRounds();
    const callers = [turns.run(), turns.run(), turns.run()];
    await turn();
    expect(rounds).toHaveLength(1);
    rounds[0]!.end();
    expect(await Promise.all(callers)).toEqual([1, 1, 1]);
  });

  it('gives who comes during a round the next one, which begins when that is over', async () => {
    const { rounds, turns } = newRounds();
    const first = turns.run();
    await turn();
    const late = [turns.run(), turns.run()];
    await turn();
    const later = turns.run();
    expect(rounds).toHaveLength(1);
    rounds[0]!.end();
    expect(await first).toBe(1);
    await turn();
    expect(rounds).toHaveLength(2);
    rounds[1]!.end();
    expect(await Promise.all([...late, later])).toEqual([2, 2, 2]);
    await turn();
    expect(rounds).toHaveLength(2);
  });

  it('gives who comes when a result is out another round', async () => {
    const { rounds, turns } = newRounds();
    const first = turns.run();
    await turn();
    rounds[0]!.end();
    const atOnce = first.then(() => turns.run());
    await first;
    await turn();
    rounds[1]!.end();
    expect(await atOnce).toBe(2);
  });

  it('fails only the callers of the round that fails', async () => {
    const { rounds, turns } = newRounds();
    const failed = [turns.run(), turns.run()].map((each) => expect(each).rejects.toThrow('round 1'));
    await turn();
    const next = turns.run();
    rounds[0]!.fail();
    await Promise.all(failed);
    await turn();
    rounds[1]!.end();
    expect(await next).toBe(2);
    const after = turns.run();
    await turn();
    rounds[2]!.end();
    expect(await after).toBe(3);
  });
});
