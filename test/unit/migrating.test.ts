import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionStatuses } from '../../src/domain/session.ts';
import { apiWorld } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { heldNow } from '../support/fake-session.ts';
import { someProfile } from '../support/fake-whatsapp.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/migrating.md'), 'utf8');

/** The code in a cell, piece by piece. */
const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
const tables = page.split(/^## /m).slice(1);
const rows = tables.flatMap((section) => {
  const [title = ''] = section.split('\n');
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => [title, line.split('|').slice(1, -1)] as const);
});
const requests = rows.flatMap(([service, [theirs = '', here = '', has]]) => {
  const [request = '', body] = codes(here);
  const [method = '', path = ''] = request.split(' ');
  return has === undefined
    ? []
    : [{ service, theirs: theirs.trim(), method, path, body, fields: codes(has) }];
});

const whole = {
  ...someProfile,
  businessName: 'Ada Ltd',
  businessProfile: { businessHoursTimezone: 'Europe/Prague' },
  profilePictureId: '1',
  profilePictureUrl: 'https://pps.whatsapp.net/x.jpg',
  verifiedName: 'Ada Ltd',
  about: 'hi',
  website: 'https://example.com',
};

/** Sessions in each state that the page speaks of: `id` is linked, `new` is not, `waiting` shows a QR. */
async function servedWorld(): Promise<ApiWorld> {
  const done = (status: 'logged_in' | 'disconnected') => (session: { readonly id: string }) =>
    Promise.resolve({ id: session.id, status, details: 'done' });
  const world: ApiWorld = apiWorld({
    check: (session) =>
      Promise.resolve({ session, status: 'logged_in', close: null, profile: whole, asOf: session.updatedAt }),
    pair: (_session, goal, _options, tell) => {
      const expiresAt = new Date(world.clock.now().getTime() + 60_000);
      if (goal.kind === 'pair_by_qr') tell({ kind: 'qr', payload: 'one', seq: 1, expiresAt, rescan: false });
      else tell({ kind: 'pair_code', code: 'ABCDEFGH', phone: goal.phone, seq: 1, expiresAt });
      return new Promise(() => undefined);
    },
    bringOnline: done('logged_in'),
    disconnect: done('disconnected'),
    restart: done('logged_in'),
    remove: () => Promise.resolve(),
  });
  await world.has({ id: 'id', name: 'Linked' }, {});
  await world.has({ id: 'new' });
  await world.has({ id: 'waiting' });
  const expiresAt = new Date(world.clock.now().getTime() + 60_000);
  const qr = { payload: 'one', seq: 1, expiresAt, rescan: false };
  world.held.set('waiting', { ...heldNow, id: 'waiting', status: 'waiting_for_qr', qr });
  return world;
}

describe('docs/migrating.md', () => {
  it.each(requests)('$service: $theirs is $method $path', async ({ method, path, body, fields }) => {
    const world = await servedWorld();
    const at = path.replace(/\{(\w+)\}/, '$1');
    const answer = await world.ask(method, at, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) expect(answer.body, field).toHaveProperty(field);
    world.stop.abort();
  });

  it('has a row for every call and every field in what the four services document', () => {
    expect(new Set(requests.map(({ service }) => service))).toEqual(
      new Set(['VZaps', 'Waxum', 'SendAPI', 'Wawp']),
    );
    expect(requests.length).toBeGreaterThanOrEqual(25);
  });

  it.each(
    rows
      .filter(([title]) => title === 'Statuses')
      .map(([, [theirs = '', here = '']]) => [theirs.trim(), codes(here)]),
  )('the status %s is one of ours', (_, ours) => {
    expect(sessionStatuses).toEqual(expect.arrayContaining(ours));
    expect(ours).toHaveLength(1);
  });
});
