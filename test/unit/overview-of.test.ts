import { expect, it } from 'vitest';
import { overviewOf, withoutStale } from '../../src/holder/overview-of.ts';
import type { Session } from '../../src/domain/session.ts';
import { newborn } from '../support/fake-session.ts';

const wished = (id: string): Session => ({ ...newborn, id, paired: true, wantsOnline: true });

it('a lease of this process on a session that it no longer has does not count', async () => {
  const sessions = new Map(['kept', 'left'].map((id) => [id, wished(id)]));
  const overview = { ...overviewOf([], [], []), own: new Set(['kept', 'left', 'deleted']) };
  const own = { get: (id: string) => (id === 'kept' ? {} : undefined) };
  const seen = await withoutStale(overview, own, (id) => Promise.resolve(sessions.get(id)));
  expect([[...seen.own], seen.free.map(({ id }) => id)]).toEqual([['kept'], ['left']]);
});
