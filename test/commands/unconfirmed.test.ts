import { describe, expect, it } from 'vitest';
import { runConnect } from '../../src/commands/connect.ts';
import { runCreate } from '../../src/commands/create.ts';
import { runDevice } from '../../src/commands/device.ts';
import { runList } from '../../src/commands/list.ts';
import { runQr } from '../../src/commands/qr.ts';
import { runShow } from '../../src/commands/show.ts';
import { runStatus } from '../../src/commands/status.ts';
import { InterruptedError } from '../../src/errors.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import { outcome } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import { at, creating, json, pairing, qr, succeeds } from '../support/fake-pairing.ts';
import { somebody, someProfile } from '../support/fake-whatsapp.ts';
import type { LiveStatus } from '../../src/domain/held.ts';

const hint =
  'the phone may already list this device; finish with: wactl status a (or remove it with: wactl delete a)';
const prove = ({ store }: World) => store.commitPairing('a', { creds: Buffer.from('proven'), keys: [] });
const asking = { ids: ['a'], all: false, offline: false, expect: 'logged_in', timeout: 1 } as const;

/** A session whose pairing was cut short, and what WhatsApp says of it when asked. */
async function cutShort(answer: CloseReason | 'logged_in', parts: WorldParts = {}): Promise<World> {
  const check = async (): Promise<LiveStatus> => {
    if (answer === 'logged_in') await made.store.recordLogin('a', somebody);
    if (answer === 'pairing_refused') await made.store.erase('a', 'logged_out');
    const session = await made.store.get('a');
    if (!session) throw new Error('the session is gone');
    const isIn = answer === 'logged_in';
    const close = answer === 'logged_in' ? null : { reason: answer, code: null, at };
    const status = isIn ? 'logged_in' : 'disconnected';
    return { session, status, close, profile: isIn ? someProfile : null, asOf: at };
  };
  const made: World = pairing([qr(1)], succeeds, { ...parts, holder: { check, ...parts.holder } });
  await made.has({ id: 'a' });
  await prove(made);
  return made;
}

describe('a pairing that ends after the phone’s yes and before a login', () => {
  const reason = new InterruptedError('SIGINT');
  const ending = (): World =>
    pairing([qr(1)], async (world) => {
      await prove(world);
      throw reason;
    });
  const told = `interrupted (130): stopped by SIGINT | ${hint}`;

  it('is kept by create, which says so', async () => {
    const made = ending();
    expect(await outcome(runCreate(made.cx, creating))).toBe(told);
    expect(await made.store.get('a')).toMatchObject({ paired: false, unconfirmed: true });
  });

  it('is kept by qr, which says so', async () => {
    const made = ending();
    await made.has({ id: 'a' });
    expect(await outcome(runQr(made.cx, { id: 'a' }))).toBe(told);
    expect(await made.store.get('a')).toMatchObject({ unconfirmed: true });
  });
});

describe('of a session whose pairing was cut short', () => {
  it('status asks WhatsApp, and finds it logged in', async () => {
    const { cx } = await cutShort('logged_in');
    expect(await outcome(runStatus(cx, asking))).toBe(0);
  });

  it('status finds that it was never paired', async () => {
    const { cx, io } = await cutShort('pairing_refused', json);
    expect(await outcome(runStatus(cx, asking))).toBe(4);
    expect(io.documents).toMatchObject([
      { status: 'disconnected', last_close: { reason: 'pairing_refused' } },
    ]);
  });

  it.each([
    ['unreachable', false, 5, 'a: WhatsApp cannot be reached'],
    ['unreachable', true, 4, 'a is not paired'],
  ] as const)('status that hears %s (offline %s) ends with %i', async (answer, offline, exit, words) => {
    const { cx, io } = await cutShort(answer);
    expect(await outcome(runStatus(cx, { ...asking, offline }))).toBe(exit);
    expect(io.stderr.join()).toContain(words);
    if (offline) expect(io.stderr.join()).toContain(hint);
  });

  it('qr finishes it, and starts no new pairing', async () => {
    const { cx, io } = await cutShort('logged_in', json);
    expect(await outcome(runQr(cx, { id: 'a' }))).toBe(0);
    expect(io.documents).toEqual([{ id: 'a', status: 'logged_in', phone: somebody.phoneNumber }]);
  });

  it('qr pairs it again when the phone does not list it, but not while the phone may', async () => {
    const made = await cutShort('pairing_refused');
    expect(await outcome(runQr(made.cx, { id: 'a' }))).toBe(0);
    expect(made.io.stderr[0]).toBe('[payload-1 on terminal]');
    const away = await cutShort('unreachable');
    expect(await outcome(runQr(away.cx, { id: 'a' }))).toBe(
      `unreachable (5): a: WhatsApp cannot be reached | ${hint}`,
    );
    expect(away.io.stderr).toEqual([]);
  });

  it.each([
    ['logged_in', 'already_exists (3): session "a" already exists | choose another id'],
    [
      'pairing_refused',
      'already_exists (3): session "a" already exists and is not paired | ' +
        'pair it with: wactl qr a; or remove it with: wactl delete a',
    ],
    ['unreachable', `already_exists (3): session "a" already exists and is not paired | ${hint}`],
  ] as const)('create of the same id finishes it first: %s', async (answer, expected) => {
    const { cx } = await cutShort(answer);
    expect(await outcome(runCreate(cx, creating))).toBe(expected);
  });

  it('connect brings it online', async () => {
    const keepOnline = () => Promise.resolve({ id: 'a', status: 'disconnected', details: 'done' } as const);
    for (const which of [
      { ids: ['a'], all: false },
      { ids: [], all: true },
    ]) {
      const { cx } = await cutShort('logged_in', { holder: { keepOnline } });
      expect(await outcome(runConnect(cx, which))).toBe(0);
    }
  });

  it('device says what to do', async () => {
    const { cx } = await cutShort('logged_in');
    expect(await outcome(runDevice(cx, { id: 'a' }))).toBe(`not_paired (4): a is not paired | ${hint}`);
  });

  it('show and list say so', async () => {
    const { cx, io } = await cutShort('logged_in');
    await runShow(cx, { id: 'a' });
    await runList(cx, { page: 1, perPage: 25 });
    expect(io.stdout).toContain('paired: not confirmed yet');
    expect(io.stdout.join('\n')).toContain('disconnected (pairing not confirmed)');
  });

  it('no document says that it is paired', async () => {
    const { cx, io } = await cutShort('logged_in', json);
    await runShow(cx, { id: 'a' });
    await runList(cx, { page: 1, perPage: 25 });
    const nobody = { paired: false, phone_number: null };
    expect(io.documents).toMatchObject([{ ...nobody, me: null, unconfirmed: true }, { sessions: [nobody] }]);
  });
});
