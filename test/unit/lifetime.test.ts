import { expect, it } from 'vitest';
import { lifetimeUntil } from '../../src/compose/lifetime.ts';
import { settled } from '../support/fake-clock.ts';

const stop = new Error('stopped');

it('sessions live until the process is to end, and what has to be done before is done', async () => {
  const end = new AbortController();
  const { signal, beforeEnd } = lifetimeUntil(end.signal);
  let done = (): void => undefined;
  beforeEnd(() => new Promise((resolve) => (done = resolve)));
  end.abort(stop);
  await settled();
  expect(signal.aborted).toBe(false);
  done();
  await settled();
  expect([signal.aborted, signal.reason]).toEqual([true, stop]);
});

it('sessions of a process that is to end before they are taken do not live', () => {
  expect(lifetimeUntil(AbortSignal.abort(stop)).signal.reason).toBe(stop);
});

it('any number of sessions may wait for the end, and Node has nothing to warn of', async () => {
  const warnings: Error[] = [];
  const listener = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listener);
  try {
    const { signal } = lifetimeUntil(new AbortController().signal);
    for (let session = 0; session < 20; session++) signal.addEventListener('abort', () => undefined);
    await settled();
  } finally {
    process.off('warning', listener);
  }
  expect(warnings).toEqual([]);
});
