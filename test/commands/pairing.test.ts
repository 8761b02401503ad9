import { describe, expect, it } from 'vitest';
import type { SandboxControl } from '../../src/ports/sandbox.ts';
import { runCreate } from '../../src/commands/create.ts';
import type { CreateOptions } from '../../src/commands/create.ts';
import { runPair } from '../../src/commands/pair.ts';
import { runQr } from '../../src/commands/qr.ts';
import { WactlError } from '../../src/errors.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import { at, code, creating, endsBy, json, lines, pairing, qr, succeeds } from '../support/fake-pairing.ts';
import { someProfile } from '../support/fake-whatsapp.ts';

describe('where the QR goes', () => {
  it.each<[Partial<CreateOptions>, WorldParts, string]>([
    [{}, {}, '[payload-1 on terminal]'],
    [{ style: 'ascii' }, { io: {} }, '[payload-1 on terminal]'],
    [{ format: 'raw' }, { io: {} }, '[payload-1 on stdout]'],
    [{ format: 'png' }, { io: {} }, '[payload-1 on stdout]'],
    [{ output: 'qr.PNG' }, { io: {} }, '[payload-1 on file]'],
    [{ output: 'qr', format: 'svg' }, json, '[payload-1 on file]'],
  ])('%j', async (flags, parts, shown) => {
    const { cx, io } = pairing([qr(1)], succeeds, parts);
    expect(await outcome(runCreate(cx, { ...creating, ...flags }))).toBe(0);
    expect(io.stderr[0]).toBe(shown);
  });

  it('only into the events with --json alone', async () => {
    const { cx, io } = pairing([qr(1)], succeeds, json);
    expect(await outcome(runCreate(cx, creating))).toBe(0);
    expect(io.stderr).toEqual([
      'done: a is logged in (Ada, +15551234567)',
      'offline now; keep it online: wactl connect a --detach',
    ]);
  });

  it('is also sent to a sandbox, whose phone may scan by itself', async () => {
    const seen: string[] = [];
    const sandbox: Partial<SandboxControl> = {
      show: (payload) => Promise.resolve(void seen.push(payload)),
      showCode: (phone, typed) => Promise.resolve(void seen.push(`${phone} ${typed}`)),
    };
    const settings = { endpoint: { url: 'ws://127.0.0.1:1', rootKey: 'aa' } };
    const { cx } = pairing([qr(1), code], succeeds, { io: { canDraw: true }, sandbox, settings });
    expect(await outcome(runCreate(cx, creating))).toBe(0);
    expect(seen).toEqual(['payload-1', '15551234567 ABCDEFGH']);
  });

  it('goes on when the sandbox cannot be reached', async () => {
    const sandbox = { show: () => Promise.reject(new WactlError('unreachable', 'nobody answers')) };
    const settings = { endpoint: { url: 'ws://127.0.0.1:1', rootKey: 'aa' } };
    const { cx } = pairing([qr(1)], succeeds, { io: { canDraw: true }, sandbox, settings });
    expect(await outcome(runCreate(cx, creating))).toBe(0);
  });
});

describe('qr and pair', () => {
  const live = async ({ store }: World, word: SessionStatus, reason: CloseReason | null) => {
    const session = await store.get('a');
    if (!session) throw new Error('the session is gone');
    const close = reason && { reason, code: null, at };
    return { session, status: word, close, profile: word === 'logged_in' ? someProfile : null, asOf: at };
  };
  const checkedAs = (word: SessionStatus, reason: CloseReason | null, parts: WorldParts = {}): World => {
    const made: World = pairing([qr(1)], succeeds, {
      ...parts,
      holder: { check: () => live(made, word, reason) },
    });
    return made;
  };
  const asking = { id: 'a', pushNotification: true, phone: '+1 555 123 4567' };

  it.each([
    ['qr', runQr],
    ['pair', runPair],
  ])('%s of a session that is logged in pairs nothing', async (_, run) => {
    const { cx, io, has } = checkedAs('logged_in', null, json);
    await has({ id: 'a' }, {});
    expect(await outcome(run(cx, asking))).toBe(0);
    expect(io.stdout).toEqual(lines({ id: 'a', status: 'logged_in', phone: '15551234567' }));
  });

  it('qr of a session that is logged in needs no terminal', async () => {
    const { cx, io, has } = checkedAs('logged_in', null, { io: { canDraw: false } });
    await has({ id: 'a' }, {});
    expect(await outcome(runQr(cx, { id: 'a' }))).toBe(0);
    expect(io.stderr).toEqual(['a is already logged in (+15551234567): nothing to do']);
  });

  const needsTerminal = /^usage \(2\): there is no terminal to draw the QR on/;

  it('qr of an unpaired session without a terminal says so', async () => {
    const { cx, has } = checkedAs('logged_out', 'logged_out', { io: { canDraw: false } });
    await has({ id: 'a' });
    expect(await outcome(runQr(cx, { id: 'a' }))).toMatch(needsTerminal);
  });

  it.each<[Partial<Parameters<typeof runCreate>[1]>, string]>([
    [{ code: 'ABCDEFGH' }, '--code is about pairing by code'],
    [{ pushNotification: false }, '--no-push-notification is about pairing by code'],
    [{ format: 'raw', output: 'x.png' }, '--format raw contradicts --output "x.png"'],
    [{ format: 'terminal', output: 'x.png' }, '--format terminal contradicts'],
    [{ format: 'raw', style: 'ascii' }, '--style is about the terminal'],
    [{ format: 'svg', invert: true }, '--invert is about the terminal'],
  ])('create with %j is refused, and makes nothing', async (flags, words) => {
    const { cx, store } = world({ io: { canDraw: true } });
    const result = await outcome(runCreate(cx, { id: 'a', connect: true, pushNotification: true, ...flags }));
    expect(result).toMatch(/^usage \(2\): .* \| (leave|add)/);
    expect(result).toContain(words);
    expect(await store.get('a')).toBeUndefined();
  });

  it('qr of an unpaired session pairs without asking WhatsApp first', async () => {
    const { cx, io, has } = pairing([qr(1)], succeeds);
    await has({ id: 'a' });
    expect(await outcome(runQr(cx, { id: 'a' }))).toBe(0);
    expect(io.stderr).toEqual([
      '[payload-1 on terminal]',
      '[qr wiped]',
      'done: a is logged in (Ada, +15551234567)',
      'keep it online: wactl connect a --detach',
    ]);
  });

  it('qr of a session that WhatsApp reports as unlinked pairs it again', async () => {
    const made: World = pairing([qr(1)], succeeds, {
      holder: {
        check: async () => {
          await made.store.erase('a', 'logged_out');
          return live(made, 'logged_out', 'logged_out');
        },
      },
    });
    await made.has({ id: 'a' }, {});
    expect(await outcome(runQr(made.cx, { id: 'a' }))).toBe(0);
    expect(made.io.stderr[0]).toBe('[payload-1 on terminal]');
  });

  it.each<[SessionStatus, CloseReason, string]>([
    ['disconnected', 'unreachable', 'unreachable (5)'],
    ['disconnected', 'timed_out', 'timed_out (5)'],
    ['failed', 'replaced', 'replaced (6)'],
    ['failed', 'banned', 'banned (8)'],
  ])('qr of a session that may well be linked (%s, %s) pairs nothing', async (word, reason, words) => {
    const { cx, io, has } = checkedAs(word, reason);
    await has({ id: 'a' }, {});
    expect(await outcome(runQr(cx, { id: 'a' }))).toContain(words);
    expect(io.stderr).toEqual([]);
  });

  it('qr of a device that WhatsApp refuses pairs it again, as the hint of that close says', async () => {
    const { cx, has } = checkedAs('failed', 'multidevice_mismatch');
    await has({ id: 'a' }, {});
    expect(await outcome(runQr(cx, { id: 'a' }))).toBe(0);
  });

  it('qr that expires keeps the record, and says how to go on', async () => {
    const { cx, has, store } = pairing([qr(1)], endsBy('pairing_expired'));
    await has({ id: 'a' });
    expect(await outcome(runQr(cx, { id: 'a' }))).toMatch(/start again with: wactl qr a; if the phone says /);
    expect(await store.get('a')).toBeDefined();
  });

  it('pair with an invalid number contacts no one', async () => {
    const { cx, has } = pairing([], succeeds);
    await has({ id: 'a' }, {});
    expect(await outcome(runPair(cx, { ...asking, phone: '0171 1234567' }))).toMatch(/^usage \(2\)/);
  });

  it.each([
    ['qr', runQr],
    ['pair', runPair],
  ])('%s of an unknown session is not_found', async (_, run) => {
    const { cx } = pairing([], succeeds);
    expect(await outcome(run(cx, asking))).toMatch(/^not_found \(3\)/);
  });
});
