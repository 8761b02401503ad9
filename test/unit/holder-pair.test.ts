import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import { someCode, somebody } from '../support/fake-whatsapp.ts';

const byQr = { kind: 'pair_by_qr' } as const;
const byCode = { kind: 'pair_by_code', phone: '15551234567', pushNotification: true } as const;

describe('pairing', () => {
  it('goes on until WhatsApp has logged the new device in', async () => {
    const { holder, interrupt, told, onEvent, session, store, whatsapp, clock } = await holding([
      async (line) => {
        line.tells({ kind: 'connected' });
        line.qr(1);
        line.qr(2);
        await line.pairs();
        line.logsIn();
      },
    ]);
    const paired = await holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent);
    expect(told).toEqual(['connecting', 'connected', 'qr 1', 'qr 2', 'connecting', 'connected', 'logged_in']);
    expect(paired).toMatchObject({ paired: true, status: 'disconnected', whatsappJid: somebody.whatsappJid });
    expect(paired).toEqual(await session());
    expect(paired.lastConnectedAt).toEqual(clock.now());
    expect(await store.readCreds('a')).toBeDefined();
    expect(whatsapp.line.hungUp).toBe(true);
    expect(clock.sleeping).toEqual([]);
  });

  it('reports the code, and that a wrong one was typed', async () => {
    const { holder, interrupt, told, onEvent, session, whatsapp } = await holding([
      async (line) => {
        line.tells(someCode(line));
        line.tells({ kind: 'wrong_code' });
        await line.pairs();
        line.logsIn();
      },
    ]);
    await holder.pair(await session(), byCode, { signal: interrupt.signal }, onEvent);
    expect(told.slice(0, 4)).toEqual(['connecting', 'pair_code', 'wrong_code', 'connecting']);
    expect(whatsapp.line.request.goal).toEqual(byCode);
  });

  it.each<[CloseReason, string, number]>([
    ['pairing_expired', 'pairing_expired', 7],
    ['pairing_refused', 'pairing_refused', 7],
    ['forged', 'pairing_refused', 7],
    ['passkey_required', 'passkey_required', 10],
    ['unreachable', 'unreachable', 5],
    ['timed_out', 'timed_out', 5],
    ['unavailable', 'unreachable', 5],
    ['proxy_failed', 'unreachable', 5],
    ['banned', 'banned', 8],
  ])('that ends by %s is not tried again, and leaves only why', async (reason, code, exitStatus) => {
    const { holder, interrupt, onEvent, session, store, clock, told } = await holding([
      (line) => {
        line.qr(1);
        line.closes(reason);
      },
    ]);
    const before = await session();
    const error = await rejection(holder.pair(before, byQr, { signal: interrupt.signal }, onEvent));
    expect(error).toMatchObject({ name: 'ClosedError', code, exitStatus, close: { reason } });
    const status = reason === 'banned' ? 'failed' : 'disconnected';
    expect(await session()).toEqual({
      ...before,
      status,
      lastClose: { reason, code: null, at: clock.now() },
    });
    expect(told.at(-1)).toBe(`${status} ${reason}`);
    expect(await store.readCreds('a')).toBeUndefined();
  });

  it('that fails leaves a session that the phone has unlinked logged out', async () => {
    const { holder, interrupt, onEvent, session, store, told } = await holding([
      (line) => line.closes('pairing_expired'),
    ]);
    await store.update('a', { status: 'logged_out' });
    await rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    expect(await session()).toMatchObject({
      status: 'logged_out',
      lastClose: { reason: 'pairing_expired' },
    });
    expect(told.at(-1)).toBe('logged_out pairing_expired');
  });

  it('again that fails leaves the record of the linked device as it was', async () => {
    const banned = { reason: 'banned', code: 403, at: new Date(0) } as const;
    const { holder, interrupt, onEvent, session } = await holding(
      [(line) => line.closes('pairing_expired')],
      {
        status: 'failed',
        lastClose: banned,
      },
    );
    const before = await session();
    await rejection(holder.pair(before, byQr, { signal: interrupt.signal }, onEvent));
    expect(await session()).toEqual(before);
  });

  it('opens a new connection when WhatsApp asks for one', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, clock } = await holding([
      (line) => line.closes('restart_required', 515),
      async (line) => {
        await line.pairs();
        line.logsIn();
      },
    ]);
    const paired = holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent);
    await clock.advance(0);
    expect((await paired).paired).toBe(true);
    expect(whatsapp.lines.map(({ request }) => request.goal)).toEqual([byQr, byQr]);
  });

  it('tries the login again once the pairing is proven', async () => {
    const { holder, interrupt, told, onEvent, session, whatsapp, clock } = await holding([
      async (line) => {
        await line.pairs();
        line.closes('connection_lost');
      },
      (line) => line.logsIn(),
    ]);
    clock.chance = 0.5;
    const paired = holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent);
    await clock.advance(499);
    expect(whatsapp.lines).toHaveLength(1);
    await clock.advance(1);
    expect(await paired).toMatchObject({ paired: true, status: 'disconnected' });
    expect(whatsapp.lines.map(({ request }) => request.goal.kind)).toEqual(['pair_by_qr', 'login']);
    expect(told).toContain('connecting connection_lost in 500');
  });

  it('gives up the login after three retries, and keeps the pairing, unconfirmed', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, store, clock } = await holding([
      async (line) => {
        await line.pairs();
        line.closes('connection_lost');
      },
      (line) => line.closes('unreachable'),
      (line) => line.closes('unreachable'),
      (line) => line.closes('unavailable', 503),
    ]);
    const error = rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    await clock.advance(250 + 500 + 1_000);
    expect(await error).toMatchObject({ code: 'unreachable', close: { reason: 'unavailable' } });
    expect(whatsapp.lines).toHaveLength(4);
    const kept = { paired: false, unconfirmed: true, phoneNumber: null, status: 'disconnected', retries: 0 };
    expect(await session()).toMatchObject(kept);
    expect(await store.readCreds('a')).toBeDefined();
  });

  it('drops a pairing that no login confirms', async () => {
    const { holder, interrupt, onEvent, session, store } = await holding([
      async (line) => {
        await line.pairs();
        line.closes('logged_out', 401);
      },
    ]);
    const error = await rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    expect(error).toMatchObject({ code: 'pairing_refused', close: { reason: 'pairing_refused', code: 401 } });
    expect(await session()).toMatchObject({ paired: false, unconfirmed: false, status: 'disconnected' });
    expect(await store.readCreds('a')).toBeUndefined();
  });
});

describe('a pairing that has logged in', () => {
  it('stays until the phone has delivered its first messages, and takes the name from them', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, clock } = await holding([
      async (line) => {
        line.syncsLate = true;
        await line.pairs({ ...somebody, pushName: null });
        line.logsIn({ ...somebody, pushName: null });
      },
    ]);
    const paired = holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent);
    await settled();
    await clock.advance(9_999);
    expect(whatsapp.line.isOpen).toBe(true);
    whatsapp.line.tells({ kind: 'push_name', pushName: 'Ada' });
    whatsapp.line.message('m1');
    whatsapp.line.syncs();
    expect(await paired).toMatchObject({ paired: true, pushName: 'Ada', messageCount: 1 });
    expect(whatsapp.line.hungUp).toBe(true);
    expect(clock.sleeping).toEqual([]);
  });

  it('waits 10 s for them', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, clock } = await holding([
      async (line) => {
        line.syncsLate = true;
        await line.pairs();
        line.logsIn();
      },
    ]);
    const paired = holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent);
    await settled();
    await clock.advance(9_999);
    expect(whatsapp.line.isOpen).toBe(true);
    await clock.advance(1);
    expect(await paired).toMatchObject({ paired: true });
  });

  it('logs in again when the connection is lost before them', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, clock } = await holding([
      async (line) => {
        line.syncsLate = true;
        await line.pairs();
        line.logsIn();
        line.closes('connection_lost');
      },
      (line) => line.logsIn(),
    ]);
    const paired = holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent);
    await settled();
    await clock.advance(1_000);
    expect(await paired).toMatchObject({ paired: true });
    expect(whatsapp.lines.map(({ request }) => request.goal.kind)).toEqual(['pair_by_qr', 'login']);
  });

  it('is kept when it is interrupted before them', async () => {
    const { holder, interrupt, onEvent, session, whatsapp } = await holding([
      async (line) => {
        line.syncsLate = true;
        await line.pairs();
        line.logsIn();
      },
    ]);
    const error = rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    await settled();
    const reason = new InterruptedError('SIGINT');
    interrupt.abort(reason);
    expect(await error).toBe(reason);
    expect(whatsapp.line).toMatchObject({ isOpen: false, hungUp: true });
    expect(await session()).toMatchObject({ paired: true, status: 'disconnected' });
  });
});

describe('an outdated client', () => {
  it('looks for its version once and tries again', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, told } = await holding([
      (line) => line.closes('outdated', 405),
      async (line) => {
        await line.pairs();
        line.logsIn();
      },
    ]);
    expect((await holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent)).paired).toBe(
      true,
    );
    expect(whatsapp.refreshes).toBe(1);
    expect(told.slice(0, 2)).toEqual(['connecting', 'connecting']);
  });

  it('is final the second time', async () => {
    const { holder, interrupt, onEvent, session, whatsapp } = await holding([
      (line) => line.closes('outdated', 405),
      (line) => line.closes('outdated', 405),
    ]);
    const error = await rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    expect(error).toMatchObject({ code: 'outdated', exitStatus: 9 });
    expect(whatsapp.refreshes).toBe(1);
    const lastClose = { reason: 'outdated', code: 405 };
    expect(await session()).toMatchObject({ paired: false, status: 'failed', lastClose });
  });

  it('is final when no newer version can be found', async () => {
    const { holder, interrupt, onEvent, session, whatsapp } = await holding([
      (line) => line.closes('outdated', 405),
    ]);
    whatsapp.refresh = () => Promise.resolve(false);
    const error = await rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    expect(error).toMatchObject({ code: 'outdated' });
    expect(whatsapp.lines).toHaveLength(1);
  });

  it('ends by the signal when that comes while the version is looked for', async () => {
    const { holder, interrupt, onEvent, session, whatsapp } = await holding([
      (line) => line.closes('outdated', 405),
    ]);
    const reason = new InterruptedError('SIGINT');
    whatsapp.refresh = () => {
      interrupt.abort(reason);
      return Promise.resolve(false);
    };
    expect(await rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent))).toBe(
      reason,
    );
  });
});

describe('a time limit', () => {
  it('ends the pairing to the millisecond, with the connection closed', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, clock, told } = await holding([
      (line) => line.qr(1),
    ]);
    const options = { signal: interrupt.signal, timeoutMs: 30_000 };
    const error = rejection(holder.pair(await session(), byQr, options, onEvent));
    await clock.advance(29_999);
    expect(whatsapp.line.isOpen).toBe(true);
    await clock.advance(1);
    expect(await error).toMatchObject({ code: 'pairing_expired', exitStatus: 7 });
    expect(whatsapp.line).toMatchObject({ isOpen: false, hungUp: true });
    const lastClose = { reason: 'pairing_expired', code: null, at: clock.now() };
    expect(await session()).toMatchObject({ paired: false, status: 'disconnected', lastClose });
    expect(told.at(-1)).toBe('disconnected pairing_expired');
  });

  it('that ends before there is anything to scan is timed_out, not pairing_expired', async () => {
    const { holder, interrupt, onEvent, session, clock } = await holding([() => undefined]);
    const options = { signal: interrupt.signal, timeoutMs: 30_000 };
    const error = rejection(holder.pair(await session(), byQr, options, onEvent));
    await clock.advance(30_000);
    expect(await error).toMatchObject({ code: 'timed_out', exitStatus: 5 });
    expect((await session()).lastClose).toMatchObject({ reason: 'timed_out' });
  });

  it('ends with the scan: the login has its own', async () => {
    const { holder, interrupt, onEvent, session, whatsapp, clock } = await holding([(line) => line.pairs()]);
    const options = { signal: interrupt.signal, timeoutMs: 30_000 };
    const paired = holder.pair(await session(), byQr, options, onEvent);
    await clock.advance(30_001);
    whatsapp.line.logsIn();
    expect((await paired).paired).toBe(true);
  });
});

describe('a signal', () => {
  it('ends the pairing with its reason once the connection is closed', async () => {
    const { holder, interrupt, onEvent, session, whatsapp } = await holding([(line) => line.qr(1)]);
    const before = await session();
    const error = rejection(holder.pair(before, byQr, { signal: interrupt.signal }, onEvent));
    await settled();
    const reason = new InterruptedError('SIGTERM');
    interrupt.abort(reason);
    expect(await error).toBe(reason);
    expect(whatsapp.line).toMatchObject({ isOpen: false, hungUp: true });
    expect(await session()).toEqual(before);
  });

  it('that came before the pairing opens no connection', async () => {
    const { holder, interrupt, onEvent, session, whatsapp } = await holding([]);
    const reason = new InterruptedError('SIGINT');
    interrupt.abort(reason);
    expect(await rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent))).toBe(
      reason,
    );
    expect(whatsapp.lines).toHaveLength(0);
  });

  it('that comes just before the connection would be opened opens none', async () => {
    const { holder, interrupt, session, whatsapp } = await holding([]);
    const reason = new InterruptedError('SIGINT');
    const pairing = holder.pair(await session(), byQr, { signal: interrupt.signal }, () =>
      interrupt.abort(reason),
    );
    expect(await rejection(pairing)).toBe(reason);
    expect(whatsapp.lines).toHaveLength(0);
  });

  it('ends the wait between two logins', async () => {
    const { holder, interrupt, onEvent, session, clock } = await holding([
      async (line) => {
        await line.pairs();
        line.closes('connection_lost');
      },
    ]);
    clock.chance = 0.9;
    const error = rejection(holder.pair(await session(), byQr, { signal: interrupt.signal }, onEvent));
    await settled();
    expect(clock.sleeping).toEqual([700]);
    const reason = new InterruptedError('SIGINT');
    interrupt.abort(reason);
    expect(await error).toBe(reason);
    expect(await session()).toMatchObject({ paired: false, unconfirmed: true });
  });
});
