import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SharedStorage } from '../../src/whatsapp/patches/shared-storage.ts';

it('keeps a value for all that was begun inside, each storage its own', async () => {
  const [one, other] = [new SharedStorage<string>(), new SharedStorage<string>()];
  const seen = await one.run('a', async () => {
    await setImmediate();
    const inner = await other.run('b', async () => {
      await setImmediate();
      return [one.getStore(), other.getStore(), one.run('c', () => one.getStore())];
    });
    return [...inner, one.getStore(), other.getStore()];
  });
  expect(seen).toEqual(['a', 'b', 'c', 'a', undefined]);
  expect(one.getStore()).toBeUndefined();
});
