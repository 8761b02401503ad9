import { describe, expect, it } from 'vitest';
import { runStatus } from '../../src/commands/status.ts';
import type { StatusOptions } from '../../src/commands/status.ts';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import { someProfile } from '../support/fake-whatsapp.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const json = { io: { json: true } };
const asking: StatusOptions = {
  ids: ['a'],
  all: false,
  offline: false,
  expect: 'logged_in',
  timeout: 30_000,
};

/** What WhatsApp is made to say of a session. */
type Says = readonly [status: SessionStatus, reason: CloseReason | null] | Error;

/** Paired sessions, and what a check of each says. */
async function sessions(said: Readonly<Record<string, Says>>, parts: WorldParts = {}): Promise<World> {
  const check: Holder['check'] = async (session, options) => {
    expect(options.timeoutMs).toBe(30_000);
    const says = said[session.id];
    if (!says || says instanceof Error) throw says ?? new Error('nothing is said');
    const [status, reason] = says;
    if (status === 'logged_out') await made.store.erase(session.id, status);
    const now = (await made.store.get(session.id)) ?? session;
    const close = reason && { reason, code: null, at };
    return { session: now, status, close, profile: status === 'logged_in' ? someProfile : null, asOf: at };
  };
  const made = world({ ...json, ...parts, holder: { check } });
  for (const id of Object.keys(said)) await made.has({ id }, {});
  return made;
}

describe('status', () => {
  it('of a logged-in session prints the profile, and exits with 0', async () => {
    const { cx, io } = await sessions({ a: ['logged_in', null] });
    expect(await outcome(runStatus(cx, asking))).toBe(0);
    expect(io.stdout).toEqual([
      JSON.stringify({
        connected: true,
        phone: '15551234567',
        whatsapp_jid: '15551234567@s.whatsapp.net',
        push_name: 'Ada',
        profile_url: 'https://wa.me/15551234567',
        id: 'a',
        status: 'logged_in',
        is_logged_in: true,
        phone_number: '15551234567',
        source: 'live',
        as_of: '2026-03-01T12:00:00.000Z',
      }),
    ]);
    expect(io.stderr).toEqual([]);
  });

  it.each<[SessionStatus, CloseReason, number]>([
    ['logged_out', 'logged_out', 4],
    ['disconnected', 'unreachable', 5],
    ['disconnected', 'timed_out', 5],
    ['disconnected', 'connection_lost', 5],
    ['disconnected', 'unavailable', 5],
    ['disconnected', 'proxy_failed', 5],
    ['failed', 'replaced', 6],
    ['failed', 'banned', 8],
    ['failed', 'outdated', 9],
  ])('%s by %s prints a document too, and exits with %i', async (status, reason, exitStatus) => {
    const { cx, io } = await sessions({ a: [status, reason] });
    expect(await outcome(runStatus(cx, asking))).toBe(exitStatus);
    expect(io.documents).toEqual([
      {
        connected: false,
        id: 'a',
        status,
        is_logged_in: false,
        source: 'live',
        as_of: '2026-03-01T12:00:00.000Z',
        last_close: { reason, code: null, at: '2026-03-01T12:00:00.000Z' },
      },
    ]);
  });

  it.each<[SessionStatus, string]>([
    ['disconnected', 'pair it with: wactl qr a'],
    ['waiting_for_qr', 'its QR is waiting to be scanned; show it with: wactl qr a'],
    ['waiting_for_pair_code', 'its code is waiting to be typed on the phone'],
  ])('of a session that was never paired exits with 4 (%s)', async (status, hint) => {
    const made = world({
      io: {},
      holder: {
        check: (session) => Promise.resolve({ session, status, close: null, profile: null, asOf: at }),
      },
    });
    await made.has({ id: 'a' });
    expect(await outcome(runStatus(made.cx, asking))).toBe(4);
    expect(made.io.stderr).toEqual(['error not_paired: a is not paired', `hint: ${hint}`]);
  });

  it.each<[CloseReason, string]>([
    ['unlinked_here', 'this device was unlinked with wactl'],
    ['logged_out', 'the phone unlinked this device'],
    ['pairing_expired', 'it is not linked to its phone any more'],
  ])('of a logged-out session says who unlinked it: %s', async (reason, words) => {
    const { cx, io } = await sessions({ a: ['logged_out', reason] }, { io: {} });
    expect(await outcome(runStatus(cx, asking))).toBe(4);
    expect(io.stderr[0]).toBe(`error logged_out: a: ${words}`);
  });

  it('for people says on stderr what is wrong and what to do', async () => {
    const { cx, io } = await sessions({ a: ['logged_out', 'logged_out'] }, { io: {} });
    expect(await outcome(runStatus(cx, asking))).toBe(4);
    expect(io.stdout).toEqual(['id: a', 'status: logged out', 'as of: 2026-03-01T12:00:00.000Z']);
    expect(io.stderr).toEqual([
      'error logged_out: a: the phone unlinked this device',
      'hint: pair it again with: wactl qr a',
    ]);
  });

  it.each<[SessionStatus, Says, number]>([
    ['logged_out', ['logged_out', 'logged_out'], 0],
    ['failed', ['failed', 'banned'], 0],
    ['disconnected', ['disconnected', 'unreachable'], 0],
    ['disconnected', ['logged_in', null], 4],
    ['logged_out', ['logged_in', null], 4],
    ['logged_out', ['failed', 'banned'], 8],
  ])('--expect %s for a status of %j exits with %i', async (expected, says, exitStatus) => {
    const { cx } = await sessions({ a: says });
    expect(await outcome(runStatus(cx, { ...asking, expect: expected }))).toBe(exitStatus);
  });

  it('of several sessions is an array in their order, and exits with the worst status', async () => {
    const { cx, io } = await sessions({
      a: ['logged_in', null],
      b: ['failed', 'banned'],
      c: ['disconnected', 'unreachable'],
    });
    expect(await outcome(runStatus(cx, { ...asking, ids: ['c', 'b', 'a'] }))).toBe(8);
    expect(io.documents).toMatchObject([
      [{ id: 'c' }, { id: 'b', connected: false }, { id: 'a', connected: true }],
    ]);
  });

  it('of several is a table for people, ids and names as they are', async () => {
    const said: Record<string, Says> = { a_b: ['logged_in', null], c: ['logged_out', 'logged_out'] };
    const { cx, io } = await sessions(said, { io: { stdoutIsTerminal: true } });
    await outcome(runStatus(cx, { ...asking, ids: ['a_b', 'c'] }));
    expect(io.stdout).toEqual([
      'ID | STATUS | PHONE | PUSH NAME | AS OF',
      'a_b | logged in | +15551234567 | Ada | just now',
      'c | logged out |  |  | just now',
    ]);
  });

  it('asks the other sessions when one cannot be asked', async () => {
    const { cx, io } = await sessions({
      a: new WactlError('store_damaged', 'a: its credentials are damaged', 'see: wactl doctor'),
      b: ['logged_in', null],
    });
    expect(await outcome(runStatus(cx, { ...asking, ids: [], all: true }))).toBe(11);
    expect(io.documents).toMatchObject([
      [
        {
          id: 'a',
          error: {
            code: 'store_damaged',
            message: 'a: its credentials are damaged',
            hint: 'see: wactl doctor',
            exit_status: 11,
          },
        },
        { id: 'b', connected: true },
      ],
    ]);
  });

  it('of a single session that cannot be asked fails with that error', async () => {
    const { cx, io } = await sessions({ a: new WactlError('store_damaged', 'damaged') });
    expect(await outcome(runStatus(cx, asking))).toBe('store_damaged (11): damaged');
    expect(io.stdout).toEqual([]);
  });

  it('that is interrupted prints nothing', async () => {
    const reason = new InterruptedError('SIGINT');
    const { cx, io, interrupt } = await sessions({ a: reason, b: reason });
    interrupt.abort(reason);
    expect(await outcome(runStatus(cx, { ...asking, ids: ['a', 'b'] }))).toMatch(/^interrupted \(130\)/);
    expect(io.stdout).toEqual([]);
  });

  it('--all prints an array, also for one session', async () => {
    const one = await sessions({ a: ['logged_in', null] });
    expect(await outcome(runStatus(one.cx, { ...asking, ids: [], all: true }))).toBe(0);
    expect(one.io.documents).toMatchObject([[{ id: 'a' }]]);
  });

  it('asks at most eight at once', async () => {
    let asked = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const made = world({
      ...json,
      holder: {
        check: async (session) => {
          most = Math.max(most, ++asked);
          await new Promise<void>((resolve) => {
            release.push(resolve);
            if (asked === 8) queueMicrotask(() => release.splice(0).forEach((go) => go()));
            if (release.length > 8) throw new Error('too many at once');
          });
          asked--;
          return { session, status: 'logged_in', close: null, profile: someProfile, asOf: at };
        },
      },
    });
    for (let n = 0; n < 16; n++) await made.has({ id: `s${String(n)}` }, {});
    expect(await outcome(runStatus(made.cx, { ...asking, ids: [], all: true }))).toBe(0);
    expect(most).toBe(8);
  });

  it.each<[Partial<StatusOptions>, RegExp]>([
    [{ ids: [] }, /^usage \(2\): no session given/],
    [{ all: true }, /^usage \(2\): give ids or --all/],
    [{ ids: ['x'] }, /^not_found \(3\)/],
    [{ ids: ['p'] }, /^ambiguous_id \(3\)/],
  ])('of %j is refused', async (options, words) => {
    const { cx } = await sessions({ pa: ['logged_in', null], pb: ['logged_in', null] });
    expect(await outcome(runStatus(cx, { ...asking, ...options }))).toMatch(words);
  });

  it('--all on an empty store says so, and exits with 4', async () => {
    const { cx, io } = world(json);
    expect(await outcome(runStatus(cx, { ...asking, ids: [], all: true }))).toBe(
      'not_paired (4): there are no sessions | create one with: wactl create my-phone',
    );
    expect(io.stdout).toEqual([]);
  });

  it('takes a unique prefix, and each session once', async () => {
    const { cx, io } = await sessions({ pa: ['logged_in', null], pb: ['logged_in', null] });
    expect(await outcome(runStatus(cx, { ...asking, ids: ['pa', 'pa'] }))).toBe(0);
    expect(io.documents).toMatchObject([{ id: 'pa' }]);
  });
});

describe('status --offline', () => {
  const offline = { ...asking, offline: true };

  it('contacts no one and never says logged in', async () => {
    const { cx, io, has } = world(json);
    await has({ id: 'a' }, { lastConnectedAt: at });
    expect(await outcome(runStatus(cx, offline))).toBe(4);
    expect(io.documents).toEqual([
      {
        connected: false,
        id: 'a',
        status: 'disconnected',
        is_logged_in: false,
        source: 'store',
        as_of: '2026-03-01T12:00:00.000Z',
        last_close: null,
      },
    ]);
  });

  it('with an unexpected status says how to ask WhatsApp, however the last connection ended', async () => {
    const { cx, io, has } = world();
    await has({ id: 'a' }, { lastClose: { reason: 'unreachable', code: null, at } });
    expect(await outcome(runStatus(cx, offline))).toBe(4);
    expect(io.stderr).toEqual([
      'error not_as_expected: a is disconnected, not logged_in',
      'hint: the store never says "logged in": ask WhatsApp, without --offline, or use: --expect disconnected',
    ]);
  });

  it('of a session that was given up says why', async () => {
    const { cx, has } = world();
    await has({ id: 'a' }, { status: 'failed', lastClose: { reason: 'replaced', code: 440, at } });
    expect(await outcome(runStatus(cx, offline))).toBe(6);
  });

  it('exits with 0 for the expected status', async () => {
    const { cx, has } = world(json);
    await has({ id: 'a' }, {});
    expect(await outcome(runStatus(cx, { ...offline, expect: 'disconnected' }))).toBe(0);
  });

  it('says to people that the status is a stored one', async () => {
    const { cx, io, has } = world();
    await has({ id: 'a' }, {});
    await outcome(runStatus(cx, offline));
    expect(io.stdout[1]).toBe('status: disconnected (as stored)');
  });
});
