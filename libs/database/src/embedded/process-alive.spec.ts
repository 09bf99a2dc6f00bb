import { isMarkAlive, processMark } from './process-alive.js';

describe(isMarkAlive, () => {
  it('knows a living process by its mark', () => {
    expect(isMarkAlive(processMark())).toBe(true);
  });

  it('does not take a process for an earlier one with the same id', () => {
    expect(isMarkAlive(`${process.pid}-1`)).toBe(false);
  });

  it('goes by the id where the start is unknown', () => {
    expect(isMarkAlive(`${process.pid}-`)).toBe(true);
  });

  it.each(['', 'another name', '4194305-7'])('finds nobody behind %j', (mark) => {
    expect(isMarkAlive(mark)).toBe(false);
  });
});
