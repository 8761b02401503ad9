import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../src/domain/turns.ts';

function start() {
  const turns = new Turns(3);
  const done: string[] = [];
  const work = (names: string): void => {
    for (const name of names) turns.take(() => done.push(name));
  };
  return { turns, done, work };
}

test('work is done at once while there is room in this turn', () => {
  const { done, work } = start();
  work('abcd');
  expect(done.join('')).toBe('abc');
});

test('the rest is done in later turns, in its order, and before what comes later', async () => {
  const { done, work } = start();
  work('abcdefg');
  await turn();
  work('h');
  expect(done.join('')).toBe('abcdef');
  await turn();
  expect(done.join('')).toBe('abcdefgh');
});

test('work that leads to more work does not fill a turn', async () => {
  const { turns, done } = start();
  const again = (): void => turns.take(() => (done.push('x') < 15 ? again() : undefined));
  again();
  for (let count = 1; count <= 5; count += 1) {
    expect(done).toHaveLength(3 * count);
    await turn();
  }
});

test('there is room again after a turn', async () => {
  const { done, work } = start();
  work('abc');
  await turn();
  await turn();
  work('d');
  expect(done.join('')).toBe('abcd');
});
