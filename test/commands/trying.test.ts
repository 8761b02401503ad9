import { describe, expect, it } from 'vitest';
import { runDemo } from '../../src/commands/demo.ts';
import { runSandbox } from '../../src/commands/sandbox.ts';
import { runSandboxControl } from '../../src/commands/sandbox-orders.ts';
import type { SandboxControlOptions } from '../../src/commands/sandbox-control.ts';
import type { Context } from '../../src/context.ts';
import { InterruptedError } from '../../src/errors.ts';
import type { Close } from '../../src/domain/close.ts';
import type { Holder } from '../../src/ports/holder.ts';
import { settled } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { FakeIoFlags } from '../support/fake-io.ts';
import { someProfile, somebody } from '../support/fake-whatsapp.ts';
import { pairInStore } from '../support/pair-in-store.ts';

const endpoint = { url: 'ws://127.0.0.1:4000', rootKey: 'c0ffee' };
const at = new Date('2026-03-01T12:00:00.000Z');

/** A world whose holder pairs at once, and which has a scratch context. */
function withSandbox(io: FakeIoFlags = {}, close: Close | null = null) {
  const scratch = { isOpen: false };
  const holder: Partial<Holder> = {
    pair: ({ id }) => pairInStore(made.store, id, somebody),
    check: (session) =>
      Promise.resolve({
        session,
        status: close ? 'disconnected' : 'logged_in',
        close,
        profile: close ? null : someProfile,
        asOf: at,
      }),
    disconnect: ({ id }) => Promise.resolve({ id, status: 'disconnected', details: 'already disconnected' }),
    held: () => Promise.resolve(null),
    heldStatuses: () => Promise.resolve(new Map()),
    remove: async ({ id }) => {
      await made.store.remove(id, { evenLinked: true });
    },
  };
  const made = world({ io, holder });
  const given: Context = {
    ...made.cx,
    scratch: () => {
      scratch.isOpen = true;
      return Promise.resolve({ cx: given, end: () => Promise.resolve(void (scratch.isOpen = false)) });
    },
  };
  return { made, cx: given, scratch, sandboxes: made.sandboxes };
}

describe('demo', () => {
  it('leaves nothing behind, and with --json prints one line per step', async () => {
    const { made, cx, scratch, sandboxes } = withSandbox({ json: true });
    expect(await outcome(runDemo(cx))).toBe(0);
    expect(scratch.isOpen).toBe(false);
    expect(sandboxes).toMatchObject({ open: 0, started: [{ autoScan: true }] });
    expect(await made.store.list({ page: 1, perPage: 1 })).toMatchObject({ total: 0 });
    expect(made.io.documents).toMatchObject([
      { event: 'logged_in', id: 'my-phone' },
      { connected: true },
      { status: 'disconnected' },
      { total: 1 },
      { deleted: true },
    ]);
  });

  it('ends at the step that fails, with its status, and still leaves nothing running', async () => {
    const { cx, scratch, sandboxes } = withSandbox({}, { reason: 'unreachable', code: null, at });
    expect(await outcome(runDemo(cx))).toBe(5);
    expect([scratch.isOpen, sandboxes.open]).toEqual([false, 0]);
  });
});

describe('sandbox', () => {
  const flags = { port: 0, autoScan: false, detach: false, env: false };
  const exports = ['export WACTL_ENDPOINT=ws://127.0.0.1:4000', 'export WACTL_ENDPOINT_ROOT=c0ffee'];

  it('runs until it is interrupted', async () => {
    const made = world();
    const { cx, sandboxes } = made;
    const ended = outcome(runSandbox(cx, { ...flags, seed: 's' }));
    await settled();
    expect(sandboxes).toMatchObject({ open: 1, started: [{ port: 0, autoScan: false, seed: 's' }] });
    expect(made.io.stdout).toEqual(['address   ws://127.0.0.1:4000', 'root key  c0ffee', '', ...exports]);
    expect(made.io.stderr).toContain('a phone scans');
    made.interrupt.abort(new InterruptedError('SIGINT'));
    expect(await ended).toMatch(/^interrupted \(130\)/);
    expect(sandboxes.open).toBe(0);
  });

  it('stopped from outside ends with 0', async () => {
    const { cx, io, sandboxes } = world({ io: { json: true } });
    const ended = outcome(runSandbox(cx, flags));
    await settled();
    sandboxes.stop();
    expect(await ended).toBe(0);
    expect(io.stdout).toEqual([
      '{"event":"ready","endpoint":"ws://127.0.0.1:4000","endpoint_root":"c0ffee","pid":4711}',
    ]);
  });

  it('--detach --env prints shell lines and nothing else', async () => {
    const made = world();
    const asked: (readonly string[])[] = [];
    const cx: Context = {
      ...made.cx,
      background: (args) => {
        asked.push(args);
        const firstLine = JSON.stringify({ endpoint: endpoint.url, endpoint_root: endpoint.rootKey });
        return Promise.resolve({ pid: 1, firstLine });
      },
    };
    const options = { ...flags, port: 4000, seed: 's', autoScan: true, detach: true, env: true };
    expect(await outcome(runSandbox(cx, options))).toBe(0);
    expect(made.io.stdout).toEqual(exports);
    expect(asked[0]?.join(' ')).toBe('sandbox --json --quiet --port 4000 --seed s --auto-scan');
  });

  it('in the background says why it could not start', async () => {
    const made = world();
    const error = { code: 'in_use', message: 'port 4000 cannot be used', hint: null, exit_status: 6 };
    const background = () => Promise.resolve({ pid: 1, firstLine: JSON.stringify({ error }) });
    const ended = outcome(runSandbox({ ...made.cx, background }, { ...flags, port: 4000, detach: true }));
    expect(await ended).toMatch(/^in_use \(6\)/);
    expect(made.io.stdout).toEqual([]);
  });
});

describe('sandbox orders', () => {
  /** Which sandbox `stop` and `env` go to, when it is set and when these are running. */
  const addressed = async (
    action: 'stop' | 'env',
    { set, running = [], flag }: { set?: string; running?: readonly string[]; flag?: string },
  ): Promise<{ ended: number | string; at: string | undefined }> => {
    const settings = set === undefined ? {} : { settings: { endpoint: { url: set, rootKey: 'r' } } };
    const { cx, sandboxes } = world({ ...settings, sandbox: { stop: () => Promise.resolve() } });
    sandboxes.listed = running.map((url) => ({ url, rootKey: 'r' }));
    const options = { action, ...(flag === undefined ? {} : { endpoint: flag }) };
    return { ended: await outcome(runSandboxControl(cx, options)), at: sandboxes.asked };
  };

  it.each([
    [
      'the one of --endpoint',
      'stop',
      { set: 'ws://set', running: ['ws://a', 'ws://b'], flag: 'ws://b' },
      'ws://b',
    ],
    ['the one that is set', 'stop', { set: 'ws://set', running: ['ws://a'] }, 'ws://set'],
    ['the only one that runs', 'stop', { running: ['ws://a'] }, 'ws://a'],
    ['the only one that runs, whatever is set', 'env', { set: 'ws://set', running: ['ws://a'] }, 'ws://a'],
  ] as const)('go to %s (%s)', async (_, action, given, at) => {
    expect(await addressed(action, given)).toEqual({ ended: 0, at });
  });

  it('need a sandbox', async () => {
    const hint = 'start one: eval "$(wactl sandbox --detach --env)"';
    expect((await addressed('stop', {})).ended).toBe(`usage (2): no sandbox is running | ${hint}`);
  });

  it('name the sandboxes where several are running', async () => {
    expect((await addressed('stop', { running: ['ws://b', 'ws://a'] })).ended).toBe(
      'usage (2): 2 sandboxes are running: ws://a, ws://b | choose one with --endpoint',
    );
  });

  it.each([
    [{}, 'no QR given | scan the one on show: wactl sandbox scan --latest'],
    [{ qr: 'text', latest: true }, '--latest takes no QR: it scans the one on show'],
  ] as const)('scan either a QR or the latest: %j', async (given, complaint) => {
    const { cx } = world({ settings: { endpoint } });
    const scan = { action: 'scan', qr: undefined, ...given } as const;
    expect(await outcome(runSandboxControl(cx, scan))).toBe(`usage (2): ${complaint}`);
  });

  it('list the faults that wait, for a person', async () => {
    const waiting = [{ fault: { kind: 'failure', code: 503, on: 'login', times: 3 }, left: 2 }];
    const faults = (): Promise<typeof waiting> => Promise.resolve(waiting);
    const { cx, io } = world({ settings: { endpoint }, sandbox: { faults } });
    expect(await outcome(runSandboxControl(cx, { action: 'faults', clear: false }))).toBe(0);
    expect(io.stdout).toEqual(['FAULT | LEFT | WITH', 'failure | 2 | code=503 on=login']);
  });

  it.each<[SandboxControlOptions, string, string]>([
    [{ action: 'scan', qr: '-', phone: '1' }, 'scan payload 1', '{"jid":"j"}'],
    [{ action: 'scan', qr: 'text' }, 'scan text undefined', '{"jid":"j"}'],
    [{ action: 'enter-code', phone: '1', code: 'C' }, 'code 1 C', '{"jid":"j"}'],
    [
      { action: 'unlink', id: 'a' },
      'unlink 15551234567:12@s.whatsapp.net',
      '{"unlinked":true,"jid":"15551234567:12@s.whatsapp.net"}',
    ],
    [{ action: 'unlink', id: '1:2@lid' }, 'unlink 1:2@lid', '{"unlinked":true,"jid":"1:2@lid"}'],
    [{ action: 'send', id: '1@lid', text: 'hi' }, 'send 1@lid hi', '{"sent":true,"jid":"1@lid"}'],
    [{ action: 'fault', fault: { kind: 'k' } }, 'fault k', '{"ordered":{"kind":"k"}}'],
    [{ action: 'scan', qr: undefined, latest: true }, 'scan undefined undefined', '{"jid":"j"}'],
    [{ action: 'push-name', name: 'Ann', phone: '1' }, 'name Ann 1', '{"phone":"1","push_name":"Ann"}'],
    [{ action: 'faults', clear: false }, 'faults', '[]'],
    [{ action: 'faults', clear: true }, 'clear', '{"cleared":2}'],
    [{ action: 'devices' }, 'devices', '[{"jid":"j","online":true}]'],
    [{ action: 'stop' }, 'stop', '{"stopped":true}'],
  ])('%j', async (options, order, printed) => {
    const orders: string[] = [];
    const note = (...words: unknown[]): Promise<void> => Promise.resolve(void orders.push(words.join(' ')));
    const device = { jid: 'j' };
    const { cx, io, has } = world({
      io: { json: true, stdin: 'payload\n' },
      settings: { endpoint },
      sandbox: {
        scan: (qr, phone) => note('scan', String(qr), String(phone)).then(() => device),
        enterCode: (phone, code) => note('code', phone, code).then(() => device),
        unlink: (jid) => note('unlink', jid),
        sendText: (jid, text) => note('send', jid, text),
        fault: ({ kind }) => note('fault', kind),
        faults: () => note('faults').then(() => []),
        clearFaults: () => note('clear').then(() => 2),
        rename: (name, phone) => note('name', name, String(phone)).then(() => '1'),
        devices: () => note('devices').then(() => [{ jid: 'j', online: true }]),
        stop: () => note('stop'),
      },
    });
    await has({ id: 'a' }, {});
    expect(await outcome(runSandboxControl(cx, options))).toBe(0);
    expect(orders).toEqual([order]);
    expect(io.stdout).toEqual([printed]);
  });
});
