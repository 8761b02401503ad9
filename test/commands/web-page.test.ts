import { describe, expect, it } from 'vitest';
import { defineCreate, runCreate } from '../../src/commands/create.ts';
import { definePair, runPair } from '../../src/commands/pair.ts';
import { runQr } from '../../src/commands/qr.ts';
import { WactlError } from '../../src/errors.ts';
import { outcome } from '../support/fake-context.ts';
import type { WorldParts } from '../support/fake-context.ts';
import {
  code,
  creating,
  end,
  endsBy,
  json,
  lines,
  pairing,
  qr,
  start,
  succeeds,
  told,
} from '../support/fake-pairing.ts';
import { fakePage } from '../support/fake-page.ts';
import { parseArgv } from '../support/parse-argv.ts';

const { url } = fakePage();

const linked = { kind: 'linked', phone: '15551234567', pushName: 'Ada' };
const connecting = { kind: 'waiting', words: 'Connecting to WhatsApp…' };
const shownQr = (seq: number) => {
  const { kind, payload, expiresAt, rescan } = qr(seq);
  return { kind, payload, expiresAt, rescan };
};

describe('--web', () => {
  const web = { ...creating, web: true };

  it('shows each QR on the page, and how it ended, and nothing of it here', async () => {
    const fake = fakePage();
    const { cx, io } = pairing([...start, qr(1), qr(2), ...end], succeeds, { io: {}, page: fake.page });
    expect(await outcome(runCreate(cx, web))).toBe(0);
    expect(fake.views).toEqual([
      connecting,
      shownQr(1),
      shownQr(2),
      connecting,
      { kind: 'waiting', words: 'Linked. Waiting for the first messages of the phone…' },
      linked,
    ]);
    expect(io.stderr).toEqual([
      'told: open this page in a browser on this machine:',
      `told: ${url}`,
      'done: a is logged in (Ada, +15551234567)',
      'offline now; keep it online: wactl connect a --detach',
    ]);
    expect(io.stdout).toEqual([]);
  });

  it('says when a browser opens it', async () => {
    const fake = fakePage(true);
    const { cx, io } = pairing([qr(1)], succeeds, { page: fake.page });
    expect(await outcome(runCreate(cx, web))).toBe(0);
    expect(fake.asked).toEqual([{ browse: true }]);
    expect(io.stderr.slice(0, 2)).toEqual(['told: opening this page in your browser:', `told: ${url}`]);
  });

  it('opens no browser for a script, which gets the address as an event', async () => {
    const fake = fakePage();
    const { cx, io } = pairing([...start], succeeds, { ...json, page: fake.page });
    expect(await outcome(runCreate(cx, web))).toBe(0);
    expect(fake.asked).toEqual([{ browse: false }]);
    expect(io.stdout.slice(0, 2)).toEqual(lines({ event: 'web', id: 'a', url }, told('connecting')));
    expect(io.stderr.slice(0, 2)).toEqual([
      'told: open this page in a browser on this machine:',
      `told: ${url}`,
    ]);
  });

  it('shows a code there, a new one, and that a wrong one was typed', async () => {
    const fake = fakePage();
    const events = [code, { kind: 'wrong_code' } as const, { ...code, seq: 2 }];
    const { cx, io, has } = pairing(events, succeeds, { page: fake.page });
    await has({ id: 'a' });
    const options = { id: 'a', phone: '+15551234567', pushNotification: true, web: true };
    expect(await outcome(runPair(cx, options))).toBe(0);
    const { kind, code: text, phone, expiresAt } = code;
    expect(fake.views).toEqual([
      { kind, code: text, phone, expiresAt, isNew: false },
      { kind: 'wrong_code' },
      { kind, code: text, phone, expiresAt, isNew: true },
      linked,
    ]);
    expect(io.stderr).toEqual([
      'told: open this page in a browser on this machine:',
      `told: ${url}`,
      "warning: pairing has not finished; perhaps a wrong code was typed: type the page's code on the phone",
      "WhatsApp asked for a new code: type the page's code on the phone",
      'done: a is logged in (Ada, +15551234567)',
      'keep it online: wactl connect a --detach',
    ]);
  });

  it('tells the page why a pairing failed', async () => {
    const fake = fakePage();
    const { cx } = pairing([qr(1)], endsBy('pairing_expired'), { page: fake.page });
    expect(await outcome(runCreate(cx, web))).toContain('pairing_expired (7)');
    expect(fake.views.at(-1)).toMatchObject({ kind: 'failed', message: expect.any(String) as string });
  });

  it('opens no page for a session that is logged in already', async () => {
    const parts: WorldParts = { page: () => Promise.reject(new Error('a page was opened')) };
    const made = pairing([qr(1)], succeeds, {
      ...parts,
      holder: {
        check: async () => {
          const session = await made.store.get('a');
          if (!session) throw new Error('the session is gone');
          return { session, status: 'logged_in', close: null, profile: null, asOf: made.clock.now() };
        },
      },
    });
    await made.has({ id: 'a' }, {});
    expect(await outcome(runQr(made.cx, { id: 'a', web: true }))).toBe(0);
  });

  it('ends the pairing when no page can be opened', async () => {
    const { cx, store } = pairing([], succeeds, {
      page: () => Promise.reject(new WactlError('unreachable', 'no port is free')),
      holder: {
        pair: (_session, _goal, { signal }, onEvent) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            onEvent(qr(1));
          }),
      },
    });
    expect(await outcome(runCreate(cx, web))).toContain('unreachable (5): no port is free');
    expect(await store.get('a')).toBeUndefined();
  });

  it.each(['--format raw', '--output qr.png', '--style ascii', '--invert', '--detach', '--no-connect'])(
    'contradicts %s',
    async (flags) => {
      const parsed = parseArgv(defineCreate, ['create', '--web', ...flags.split(' ')]);
      await expect(parsed).rejects.toThrow("option '--web' cannot be used with option '--");
    },
  );

  it('contradicts --detach of pair', async () => {
    const parsed = parseArgv(definePair, ['pair', 'a', '1', '--web', '--detach']);
    await expect(parsed).rejects.toThrow("option '--web' cannot be used with option '--detach'");
  });
});
