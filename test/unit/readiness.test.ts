import { expect, test } from 'vitest';
import { readiness } from '../../src/api/readiness.ts';
import type { Aside } from '../../src/api/share-state.ts';

const ask = async (aside: Aside | undefined): Promise<readonly [number, unknown]> => {
  const { signal } = new AbortController();
  const response = await readiness({ signal, assertWritable: () => Promise.resolve(), aside: () => aside });
  return [response.status, await response.json()];
};

test('a serve is not ready while another host is to have its share', async () => {
  expect(await ask(undefined)).toEqual([200, { status: 'ok' }]);
  expect(await ask('blind')).toEqual([
    503,
    { status: 'failed', reason: 'sessions could not be looked up for a while' },
  ]);
  expect(await ask('cut_off')).toEqual([
    503,
    { status: 'failed', reason: 'no session can log in from this machine, and some can from others' },
  ]);
});
