import { expect, it } from 'vitest';
import { superviseOnline } from '../../src/api/online-supervisor.ts';
import { ShareState } from '../../src/api/share-state.ts';
import { WactlError } from '../../src/errors.ts';
import { overviewOf } from '../../src/holder/overview-of.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import type { Session, SessionStatus } from '../../src/domain/session.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { newborn } from '../support/fake-session.ts';

const lookMs = 30_000;

const leaseOn = (sessionId: string): Lease => ({
  sessionId,
  leaseId: `lease of ${sessionId}`,
  pid: 7,
  socketPath: '/run/7',
  acquiredAt: new Date(0),
  status: 'logged_in',
});

/** What is brought online, look by look. */
function watched(sessions: readonly Session[], held: readonly string[] = []) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const brought: string[] = [];
  const ended = superviseOnline({
    overview: () => Promise.resolve(overviewOf(sessions, held.map(leaseOn), [])),
    holder: {
      bringOnline: ({ id }) => {
        brought.push(id);
        return Promise.resolve({ id, status: 'logged_in', details: 'online' });
      },
      check: (session) => {
        brought.push(`finished ${session.id}`);
        return Promise.reject(new WactlError('in_use', 'another process was faster'));
      },
    },
    own: { ids: [], get: () => undefined, limitLogins: () => undefined },
    onMove: () => undefined,
    state: new ShareState(),
    clock,
    maxRetries: 10,
    signal: stop.signal,
    warn: (sentence) => brought.push(sentence),
  });
  return {
    clock,
    async look() {
      await settled();
      return brought.splice(0);
    },
    end() {
      stop.abort();
      return ended;
    },
  };
}

const start = new FakeClock().now();
const resting = (id: string, status: SessionStatus, reason?: CloseReason, wantsOnline = true): Session => ({
  ...newborn,
  id,
  status,
  paired: true,
  wantsOnline,
  lastClose: reason ? { reason, code: null, at: start } : null,
});

it('brings online the sessions that should be, and looks again later', async () => {
  const world = watched(
    [
      resting('down', 'disconnected'),
      resting('unwished', 'disconnected', undefined, false),
      resting('unlinked', 'logged_out', 'logged_out'),
      resting('held', 'disconnected'),
    ],
    ['held'],
  );
  expect(await world.look()).toEqual(['down']);
  await world.clock.advance(lookMs);
  expect(await world.look()).toEqual(['down']);
  await world.end();
});

it('finishes a pairing that was cut short, and keeps it online if it should be', async () => {
  const unconfirmed = (id: string, status: SessionStatus, wantsOnline: boolean): Session => ({
    ...resting(id, status, undefined, wantsOnline),
    paired: false,
    unconfirmed: true,
  });
  const world = watched(
    [
      unconfirmed('wished', 'disconnected', true),
      unconfirmed('unwished', 'disconnected', false),
      unconfirmed('failed', 'failed', false),
      unconfirmed('held', 'disconnected', true),
    ],
    ['held'],
  );
  expect(await world.look()).toEqual(['wished', 'finished unwished']);
  await world.end();
});

it('tries a failed session again at the start and after 15 minutes, if its failure may pass', async () => {
  const world = watched([
    resting('offline', 'failed', 'unreachable'),
    resting('banned', 'failed', 'banned'),
    resting('replaced', 'failed', 'replaced'),
  ]);
  expect(await world.look()).toEqual(['offline']);
  for (let passed = lookMs; passed < 15 * 60_000; passed += lookMs) {
    await world.clock.advance(lookMs);
    expect(await world.look()).toEqual([]);
  }
  await world.clock.advance(lookMs);
  expect(await world.look()).toEqual(['offline']);
  await world.end();
});
