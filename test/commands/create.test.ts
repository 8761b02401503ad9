import { describe, expect, it } from 'vitest';
import { runCreate } from '../../src/commands/create.ts';
import type { CreateOptions } from '../../src/commands/create.ts';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import { ClosedError } from '../../src/domain/closed-error.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import { settled } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { WorldParts } from '../support/fake-context.ts';
import {
  at,
  code,
  creating,
  end,
  endsBy,
  json,
  lines,
  loggedInRecord,
  pairing,
  record,
  qr,
  start,
  succeeds,
  told,
} from '../support/fake-pairing.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

describe('create', () => {
  it('shows each QR and says who is logged in', async () => {
    const { cx, io } = pairing([...start, qr(1), qr(2), ...end], succeeds);
    expect(await outcome(runCreate(cx, creating))).toBe(0);
    expect(io.stdout).toEqual([]);
    expect(io.stderr).toEqual([
      '[payload-1 on terminal]',
      '[payload-2 on terminal]',
      '[qr wiped]',
      'done: a is logged in (Ada, +15551234567)',
      'offline now; keep it online: wactl connect a --detach',
    ]);
  });

  it('wipes the QR as soon as it has been scanned', async () => {
    const { cx, io } = pairing([...start, qr(1), ...end], async (made, session) => {
      await settled();
      expect(made.io.stderr).toEqual(['[payload-1 on terminal]', '[qr wiped]']);
      return succeeds(made, session);
    });
    expect(await outcome(runCreate(cx, creating))).toBe(0);
    expect(io.stderr).toHaveLength(4);
  });

  it('with --json prints events, and the logged-in session last', async () => {
    const { cx, io } = pairing([...start, qr(1), ...end], succeeds, json);
    expect(await outcome(runCreate(cx, creating))).toBe(0);
    expect(io.stdout).toEqual(
      lines(
        told('connecting'),
        told('connected'),
        {
          event: 'qr',
          id: 'a',
          seq: 1,
          qr: 'payload-1',
          qr_code: 'data:payload-1',
          rescan: false,
          timeout_seconds: 60,
          expires_at: '2026-03-01T12:01:00.000Z',
          status: 'waiting_for_qr',
        },
        told('connecting'),
        told('connected'),
        told('logged_in'),
        { event: 'logged_in', ...loggedInRecord },
      ),
    );
  });

  it('asks for another scan when WhatsApp does', async () => {
    const again: HolderEvent = { ...qr(2), rescan: true };
    const { cx, io } = pairing([...start, qr(1), again, ...end], succeeds);
    expect(await outcome(runCreate(cx, creating))).toBe(0);
    expect(io.stderr).toContain('WhatsApp asks for one more scan: scan the new QR');
  });

  it('with --pair says that a code is new when WhatsApp asked for one', async () => {
    const { cx, io } = pairing([...start, code, { ...code, code: 'HGFEDCBA', seq: 2 }, ...end], succeeds, {
      io: {},
    });
    expect(await outcome(runCreate(cx, { ...creating, pair: '+1 (555) 123-4567' }))).toBe(0);
    expect(io.stderr).toEqual([
      '[ABCDEFGH for 15551234567]',
      '[HGFEDCBA for 15551234567]',
      'WhatsApp asked for a new code: type the code above on the phone',
      '[code wiped]',
      'done: a is logged in (Ada, +15551234567)',
      'offline now; keep it online: wactl connect a --detach',
    ]);
  });

  it('with --pair shows a code, and warns of a mistyped one', async () => {
    const { cx, io } = pairing([...start, code, { kind: 'wrong_code' }, ...end], succeeds, { io: {} });
    expect(await outcome(runCreate(cx, { ...creating, pair: '+1 (555) 123-4567' }))).toBe(0);
    expect(io.stderr).toEqual([
      '[ABCDEFGH for 15551234567]',
      'warning: pairing has not finished; perhaps a wrong code was typed: type the code above on the phone',
      '[code wiped]',
      'done: a is logged in (Ada, +15551234567)',
      'offline now; keep it online: wactl connect a --detach',
    ]);
  });

  it('with --pair and --json prints the code as the phone shows it', async () => {
    const { cx, io } = pairing([code], succeeds, json);
    expect(await outcome(runCreate(cx, { ...creating, pair: '+1 555 123 4567' }))).toBe(0);
    expect(io.stdout[0]).toBe(
      JSON.stringify({
        event: 'pair_code',
        id: 'a',
        seq: 1,
        code: 'ABCD-EFGH',
        phone_number: '15551234567',
        timeout_seconds: 180,
        expires_at: '2026-03-01T12:03:00.000Z',
        status: 'waiting_for_pair_code',
      }),
    );
  });

  it('hands the goal, the time limit and the signal to the holder', async () => {
    const { cx, interrupt } = pairing([], succeeds, {
      holder: {
        pair: (_session, goal, options) => {
          expect(goal).toEqual({
            kind: 'pair_by_code',
            phone: '15551234567',
            code: 'ABCDEFGH',
            pushNotification: false,
          });
          expect(options.timeoutMs).toBe(90_000);
          const reason = new InterruptedError('SIGINT');
          interrupt.abort(reason);
          expect(options.signal.reason).toBe(reason);
          return Promise.reject(reason);
        },
      },
    });
    const options = {
      ...creating,
      pair: '+15551234567',
      code: 'ABCDEFGH',
      pushNotification: false,
      timeout: 90_000,
    };
    expect(await outcome(runCreate(cx, options))).toBe(
      'interrupted (130): stopped by SIGINT | nothing was kept; start again with: wactl create a',
    );
  });

  it('stores the given flags, and the settings for the others', async () => {
    const settings = {
      proxy: 'http://proxy:1',
      endpoint: { url: 'ws://127.0.0.1:1', rootKey: 'aa' },
      webhook: { url: 'https://a.example/', events: ['message'] as const, secret: null, viaProxy: false },
    };
    const { cx, io, store } = world({ ...json, settings });
    const options = { ...creating, id: undefined, name: 'My Phone', connect: false };
    expect(await outcome(runCreate(cx, options))).toBe(0);
    expect(io.stdout).toEqual(lines({ ...record, id: 'my-phone', name: 'My Phone' }));
    expect(await store.get('my-phone')).toMatchObject(settings);
    const other = { ...creating, connect: false, proxy: 'http://other:1', webhookUrl: 'https://b.example/' };
    expect(await outcome(runCreate(cx, other))).toBe(0);
    expect(await store.get('a')).toMatchObject({
      proxy: 'http://other:1',
      webhook: { url: 'https://b.example/', events: ['message'] },
    });
  });

  it('with --no-connect prints the id alone, and says how to go on', async () => {
    const { cx, io } = world();
    expect(await outcome(runCreate(cx, { ...creating, connect: false }))).toBe(0);
    expect(io.stdout).toEqual(['a']);
    expect(io.stderr).toEqual(['created, not paired yet; pair it with: wactl qr a']);
  });

  it('with a taken id changes nothing', async () => {
    const { cx, has, store } = pairing([], succeeds);
    await has({ id: 'a', name: 'first' });
    expect(await outcome(runCreate(cx, creating))).toMatch(/^already_exists \(3\)/);
    expect(await store.get('a')).toMatchObject({ name: 'first', paired: false });
  });

  it.each<[string, Partial<CreateOptions>, WorldParts]>([
    ['a bad id', { id: 'My Phone' }, {}],
    ['a bad phone number', { pair: 'abc' }, {}],
    ['events without an address', { webhookEvents: ['message'] }, {}],
    ['a way through a proxy that is not there', { webhookUrl: 'https://a.example/', webhookProxy: true }, {}],
    ['no terminal to draw on', {}, { io: {} }],
    ['an unknown kind of file', { output: 'qr.gif' }, {}],
    ['a PNG on a terminal', { format: 'png' }, { io: { stdoutIsTerminal: true } }],
  ])('refuses %s before anything is made', async (_, options, parts) => {
    const { cx, store } = pairing([], succeeds, parts);
    expect(await outcome(runCreate(cx, { ...creating, ...options }))).toMatch(/^usage \(2\)/);
    expect(await store.list({ page: 1, perPage: 1 })).toMatchObject({ total: 0 });
  });
});

describe('a create that fails', () => {
  it.each<[CloseReason, RegExp]>([
    [
      'pairing_expired',
      /^pairing_expired \(7\): a: nobody paired in time \| start again with: wactl create a; if the phone says /,
    ],
    ['pairing_refused', /^pairing_refused \(7\).* \| start again with: wactl create a$/],
    ['timed_out', /^timed_out \(5\).* then: wactl create a$/],
    ['connection_lost', /^unreachable \(5\).* then: wactl create a$/],
    ['proxy_failed', /^unreachable \(5\).* \| check the proxy and its address; nothing was sent without it$/],
    ['banned', /^banned \(8\)/],
    ['outdated', /^outdated \(9\).*wactl config set/],
    ['passkey_required', /^passkey_required \(10\)/],
    ['forged', /^pairing_refused \(7\)/],
  ])('by %s leaves no session, and advises nothing about it', async (reason, words) => {
    const { cx, io, store } = pairing([...start, qr(1)], endsBy(reason));
    const result = await outcome(runCreate(cx, creating));
    expect(result).toMatch(words);
    expect(result).not.toMatch(/wactl (qr|status|show) a/);
    expect(await store.get('a')).toBeUndefined();
    expect(io.stderr.at(-1)).toBe('[qr wiped]');
  });

  it('by a signal leaves no session', async () => {
    const { cx, store } = pairing([qr(1)], () => Promise.reject(new InterruptedError('SIGTERM')));
    expect(await outcome(runCreate(cx, creating))).toBe(
      'terminated (143): stopped by SIGTERM | nothing was kept; start again with: wactl create a',
    );
    expect(await store.get('a')).toBeUndefined();
  });

  it('at a silent sandbox does not advise to delete the session, which was not kept', async () => {
    const endpoint = { url: 'ws://127.0.0.1:4433/ws/chat', rootKey: '' };
    const { cx } = pairing([], endsBy('unreachable'), { settings: { endpoint } });
    expect(await outcome(runCreate(cx, creating))).toBe(
      'unreachable (5): a: WhatsApp cannot be reached | the session belongs to the sandbox at ' +
        'ws://127.0.0.1:4433/ws/chat, which does not answer: start one with: wactl sandbox',
    );
  });

  it('after the pairing was proven keeps the session', async () => {
    const { cx, store } = pairing([qr(1)], async (made, session) => {
      await succeeds(made, session);
      throw new ClosedError({ reason: 'connection_lost', code: 428, at }, session);
    });
    expect(await outcome(runCreate(cx, creating))).toMatch(/^unreachable \(5\).* wactl status a$/);
    expect(await store.get('a')).toMatchObject({ paired: true });
  });

  it('to show the QR ends the pairing with that error', async () => {
    const broken = new WactlError('usage', 'qr.png cannot be written');
    const parts: WorldParts = {
      holder: {
        pair: (_session, _goal, { signal }, onEvent) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            onEvent(qr(1));
          }),
      },
    };
    const { cx, io, store } = pairing([], succeeds, parts);
    io.brokenQr = broken;
    expect(await outcome(runCreate(cx, { ...creating, output: 'qr.png' }))).toBe(
      'usage (2): qr.png cannot be written | nothing was kept; start again with: wactl create a',
    );
    expect(await store.get('a')).toBeUndefined();
  });
});
