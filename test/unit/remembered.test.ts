import { expect, it } from 'vitest';
import { remembered } from '../../src/api/remembered.ts';
import { FakeClock } from '../support/fake-clock.ts';

it('an answer is asked for once in its time, however many ask', async () => {
  const clock = new FakeClock();
  let asked = 0;
  const ask = remembered(clock, 10_000, () => Promise.resolve(++asked));
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  await clock.advance(9_999);
  expect(await ask()).toBe(1);
  await clock.advance(1);
  expect(await ask()).toBe(2);
});

it('a failure is not remembered', async () => {
  let asked = 0;
  const ask = remembered(new FakeClock(), 10_000, () =>
    ++asked === 1 ? Promise.reject(new Error('locked')) : Promise.resolve(asked),
  );
  await expect(ask()).rejects.toThrow('locked');
  expect(await ask()).toBe(2);
});
