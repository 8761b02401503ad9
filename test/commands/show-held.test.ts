import { expect, it } from 'vitest';
import { runShow } from '../../src/commands/show.ts';
import { WactlError } from '../../src/errors.ts';
import { world } from '../support/fake-context.ts';
import { someEngine } from '../support/fake-session.ts';
import type { Held } from '../../src/domain/held.ts';

const since = new Date('2026-03-01T11:00:00.000Z');
const nothing = { close: null, retryAt: null, qr: null, pairCode: null, passkey: null, passkeyCode: null };
const held: Held = { id: 'a', pid: 4711, since, stays: true, status: 'logged_in', ...nothing };
const engine = {
  ...someEngine,
  name: 'theirs',
  version: '2',
  uptimeSeconds: 3600,
  rssBytes: 4096,
};

async function shown(holder: Parameters<typeof world>[0]) {
  const { cx, io, has } = world({ io: { json: true }, ...holder });
  await has({ id: 'a' }, {});
  await runShow(cx, { id: 'a' });
  return { record: JSON.parse(io.stdout.join('')) as unknown, stderr: io.stderr.join('\n') };
}

it('show prints the details of the process that holds the session', async () => {
  const holder = { held: () => Promise.resolve(held), engine: () => Promise.resolve(engine) };
  expect((await shown({ holder })).record).toMatchObject({
    status: 'logged_in',
    holder: { pid: 4711, since: since.toISOString(), stays: true },
    engine: { name: 'theirs', uptime_seconds: 3600, rss_bytes: 4096 },
  });
});

it('show prints the details of its own process when the holder has gone or is silent', async () => {
  const gone = { held: () => Promise.resolve(held), engine: () => Promise.resolve(null) };
  expect((await shown({ holder: gone })).record).toMatchObject({ engine: { name: 'fake' } });
  const silent = { held: () => Promise.reject(new WactlError('in_use', 'a is held, silently')) };
  const { record, stderr } = await shown({ holder: silent });
  expect(record).toMatchObject({ holder: null, engine: { name: 'fake' } });
  expect(stderr).toContain('a is held, silently');
});
