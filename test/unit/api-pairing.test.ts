import { describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { readServerEvents } from '../../src/domain/server-events.ts';
import type { Holder, OnHolderEvent } from '../../src/ports/holder.ts';
import type { Session } from '../../src/domain/session.ts';
import { expectDescribedLine } from '../support/api-contract.ts';
import { heldNow } from '../support/fake-session.ts';
import { settled } from '../support/fake-clock.ts';
import { error } from '../support/api-error.ts';
import { apiWorld } from '../support/fake-api.ts';
import type { PairGoal } from '../../src/domain/connect-goal.ts';

/** A pairing that the test plays. */
type Begun = {
  readonly goal: PairGoal;
  readonly session: Session;
  readonly tell: OnHolderEvent;
  readonly logsIn: (session: Session) => void;
  readonly fails: (error: unknown) => void;
};

function pairingWorld(changes: Partial<Holder> = {}) {
  const begun: Begun[] = [];
  const waiting: ((one: Begun) => void)[] = [];
  const world = apiWorld({
    pair: (session, goal, _options, tell) =>
      new Promise((logsIn, fails) => {
        const one = { goal, session, tell, logsIn, fails };
        begun.push(one);
        waiting.shift()?.(one);
      }),
    ...changes,
  });
  const next = (): Promise<Begun> => new Promise((resolve) => waiting.push(resolve));
  return { ...world, begun, next };
}

const soon = (world: { clock: { now(): Date } }, ms = 60_000) => new Date(world.clock.now().getTime() + ms);

async function* linesOf(answer: Response) {
  const chunks = answer.body as unknown as AsyncIterable<Uint8Array>;
  for await (const { data } of readServerEvents(chunks)) {
    const line = JSON.parse(data) as Record<string, unknown>;
    expectDescribedLine(line);
    yield line;
  }
}

async function allLines(answer: Response) {
  const lines: Record<string, unknown>[] = [];
  for await (const line of linesOf(answer)) lines.push(line);
  return lines;
}

describe('GET /api/v1/sessions/{id}/qr', () => {
  it('starts to pair, and gives the current QR to each client', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const first = world.ask('GET', '/api/v1/sessions/a/qr');
    const { tell, session, logsIn } = await begins;
    tell({ kind: 'qr', payload: 'one', seq: 1, expiresAt: soon(world), rescan: false });
    expect(await first).toMatchObject({
      status: 200,
      body: {
        id: 'a',
        qr_codes: ['one'],
        qr_code: 'data:image/png;base64,one',
        seq: 1,
        rescan: false,
        timeout_seconds: 60,
        expires_at: soon(world).toISOString(),
        status: 'waiting_for_qr',
      },
    });
    tell({ kind: 'qr', payload: 'two', seq: 2, expiresAt: soon(world, 20_000), rescan: false });
    expect((await world.ask('GET', '/api/v1/sessions/a/qr')).body).toMatchObject({
      qr_codes: ['two'],
      seq: 2,
    });
    expect(world.begun).toHaveLength(1);
    logsIn({ ...session, phoneNumber: '15551234567' });
    await expect.poll(() => world.paired).toEqual(['a']);
  });

  it('says at once that the account asks for its passkey, also to a client that comes later', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const first = world.ask('GET', '/api/v1/sessions/a/qr');
    const { tell } = await begins;
    tell({ kind: 'status', status: 'connecting', close: null, retryInMs: null });
    tell({ kind: 'passkey', options: '{}', expiresAt: soon(world), handoffUntil: soon(world) });
    const said = {
      status: 409,
      body: {
        error: { code: 'passkey_required', hint: 'answer with the passkey: GET /api/v1/sessions/a/passkey' },
      },
    };
    expect(await first).toMatchObject(said);
    expect(await world.ask('GET', '/api/v1/sessions/a/qr')).toMatchObject(said);
    expect(world.begun).toHaveLength(1);
  });

  it('waits for the next QR when the current one has expired', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const asked = world.ask('GET', '/api/v1/sessions/a/qr');
    const { tell } = await begins;
    tell({ kind: 'qr', payload: 'one', seq: 1, expiresAt: world.clock.now(), rescan: false });
    tell({ kind: 'qr', payload: 'two', seq: 2, expiresAt: soon(world), rescan: false });
    expect((await asked).body).toMatchObject({ qr_codes: ['two'] });
  });

  it('that is to be fresh starts the pairing again, and waits for the next QR', async () => {
    const restarts: string[] = [];
    const world = pairingWorld({
      restart: ({ id }) => {
        restarts.push(id);
        return Promise.resolve({ id, status: 'connecting', details: 'again' });
      },
    });
    await world.has({ id: 'a' });
    const begins = world.next();
    const first = world.ask('GET', '/api/v1/sessions/a/qr?fresh=true');
    const { tell } = await begins;
    tell({ kind: 'qr', payload: 'one', seq: 1, expiresAt: soon(world), rescan: false });
    expect((await first).body).toMatchObject({ seq: 1 });
    // None was on show: the first is fresh.
    expect(restarts).toEqual([]);
    const qr = { payload: 'one', seq: 1, expiresAt: soon(world), rescan: false };
    world.held.set('a', { ...heldNow, status: 'waiting_for_qr', qr });
    const again = world.ask('GET', '/api/v1/sessions/a/qr?fresh=true');
    await expect.poll(() => restarts).toEqual(['a']);
    tell({ kind: 'qr', payload: 'two', seq: 2, expiresAt: soon(world), rescan: false });
    expect((await again).body).toMatchObject({ qr_codes: ['two'], seq: 2 });
    expect(world.begun).toHaveLength(1);
  });

  it('says that the session is logged in, and starts no pairing', async () => {
    const world = pairingWorld({
      check: (session) =>
        Promise.resolve({
          session,
          status: 'logged_in',
          close: null,
          profile: null,
          asOf: session.updatedAt,
        }),
    });
    await world.has({ id: 'a' }, {});
    expect((await world.ask('GET', '/api/v1/sessions/a/qr')).body).toEqual({
      id: 'a',
      status: 'logged_in',
      phone: '15551234567',
    });
    expect(world.begun).toHaveLength(0);
  });

  it('does not pair a session again that may only be out of reach', async () => {
    const world = pairingWorld({
      check: (session) => {
        const close = { reason: 'unreachable', code: null, at: session.updatedAt } as const;
        return Promise.resolve({ session, status: 'disconnected', close, profile: null, asOf: close.at });
      },
    });
    await world.has({ id: 'a' }, {});
    expect(await world.ask('GET', '/api/v1/sessions/a/qr')).toMatchObject({ status: 502 });
  });

  it('says why there is no QR, and starts again at the next request', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const asked = world.ask('GET', '/api/v1/sessions/a/qr');
    (await begins).fails(new WactlError('unreachable', 'no network'));
    expect(await asked).toMatchObject({ status: 502, body: { error: { code: 'unreachable' } } });
    const again = world.next();
    void world.ask('GET', '/api/v1/sessions/a/qr');
    expect((await again).goal).toEqual({ kind: 'pair_by_qr' });
    expect(await world.store.get('a')).toBeDefined();
  });
});

describe('POST /api/v1/sessions/{id}/pair', () => {
  it('gives the code to type', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const body = { phone_number: '+1 555 123 4567', show_push_notification: false, code: 'abcd-efgh' };
    const asked = world.ask('POST', '/api/v1/sessions/a/pair', body);
    const { goal, tell } = await begins;
    expect(goal).toEqual({
      kind: 'pair_by_code',
      phone: '15551234567',
      pushNotification: false,
      code: 'ABCDEFGH',
    });
    tell({ kind: 'pair_code', code: 'ABCDEFGH', phone: '15551234567', seq: 1, expiresAt: soon(world) });
    expect((await asked).body).toEqual({
      id: 'a',
      seq: 1,
      code: 'ABCD-EFGH',
      phone_number: '15551234567',
      timeout_seconds: 60,
      expires_at: soon(world).toISOString(),
      status: 'waiting_for_pair_code',
    });
  });

  it.each([
    [{}],
    [{ phone_number: '0171 123' }],
    [{ phone_number: '+15551234567', code: 'short' }],
    [{ phone_number: '+15551234567', show_push_notification: 'yes' }],
    [{ phone: '+15551234567' }],
  ])('refuses %j', async (body) => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    expect((await world.ask('POST', '/api/v1/sessions/a/pair', body)).status).toBe(400);
    expect(world.begun).toHaveLength(0);
  });
});

describe('two requests that pair one session for two phones', () => {
  const path = '/api/v1/sessions/a/pair';
  const code = (phone: string, text: string, world: { clock: { now(): Date } }) =>
    ({ kind: 'pair_code', code: text, phone, seq: 1, expiresAt: soon(world) }) as const;
  const connecting = { kind: 'status', status: 'connecting', close: null, retryInMs: null } as const;

  it('give each its own answer: the code, or that it was replaced', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const first = world.ask('POST', path, { phone_number: '+15551234567' });
    const second = world.ask('POST', path, { phone_number: '+15557654321' });
    await expect.poll(() => world.begun.length).toBe(2);
    // The holder tells both of what it does now.
    for (const { tell } of world.begun) tell(connecting);
    for (const { tell } of world.begun) tell(code('15557654321', 'BBBBBBBB', world));
    expect(await first).toMatchObject(error('pairing_expired', 410));
    expect(await second).toMatchObject({ status: 200, body: { code: 'BBBB-BBBB' } });
  });

  it('never give one the code for the phone of the other, whoever replaces whom', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const asked = world.ask('POST', path, { phone_number: '+15551234567' });
    const { tell } = await begins;
    // On show when this one came: it is being replaced.
    tell(code('15557654321', 'BBBBBBBB', world));
    tell(connecting);
    tell(code('15551234567', 'AAAAAAAA', world));
    expect(await asked).toMatchObject({ status: 200, body: { code: 'AAAA-AAAA' } });
    const again = world.ask('POST', path, { phone_number: '+15551234567', code: 'CCCCCCCC' });
    await expect.poll(() => world.begun.length).toBe(2);
    world.begun[1]?.tell(connecting);
    // Another process has replaced it.
    world.begun[1]?.tell(code('15557654321', 'BBBBBBBB', world));
    expect(await again).toMatchObject(error('pairing_expired', 410));
  });

  it('tell a request that waits for a QR that a code has taken its place', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const qr = world.ask('GET', '/api/v1/sessions/a/qr');
    const paired = world.ask('POST', path, { phone_number: '+15551234567' });
    await expect.poll(() => world.begun.length).toBe(2);
    world.begun[1]?.tell(code('15551234567', 'AAAAAAAA', world));
    expect(await qr).toMatchObject(error('pairing_expired', 410));
    expect(await paired).toMatchObject({ status: 200 });
  });
});

describe('a pairing as a stream', () => {
  it('sends every event until the pairing ends', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const request = new Request('http://wactl/api/v1/sessions/a/qr/events');
    const [answer, { tell, session, logsIn }] = await Promise.all([world.api(request), begins]);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    tell({ kind: 'status', status: 'connecting', close: null, retryInMs: null });
    tell({ kind: 'qr', payload: 'one', seq: 1, expiresAt: soon(world), rescan: false });
    logsIn({ ...session, paired: true });
    const lines = await allLines(answer);
    expect(lines).toMatchObject([
      { event: 'status', id: 'a', status: 'connecting' },
      { event: 'qr', qr: 'one' },
      { event: 'logged_in', id: 'a', is_logged_in: true },
    ]);
  });

  it('ends with the error', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const begins = world.next();
    const request = new Request('http://wactl/api/v1/sessions/a/qr/events');
    const [answer, { fails }] = await Promise.all([world.api(request), begins]);
    fails(new WactlError('pairing_expired', 'nobody paired in time', 'again'));
    expect(await allLines(answer)).toEqual([
      {
        event: 'error',
        error: {
          code: 'pairing_expired',
          message: 'nobody paired in time',
          hint: 'again',
          exit_status: 7,
        },
      },
    ]);
  });
});

describe('GET /api/v1/events', () => {
  it('sends the current state, then each event of the requested session', async () => {
    const world = pairingWorld();
    await world.has({ id: 'a' });
    const answer = await world.api(new Request('http://wactl/api/v1/events?session=a'));
    const lines = linesOf(answer);
    expect((await lines.next()).value).toEqual({ event: 'released', id: 'a' });
    const told = { kind: 'status', status: 'logged_in', close: null, retryInMs: null } as const;
    world.observer.note('b', told);
    world.observer.note('a', told);
    await world.observer.release('a');
    expect((await lines.next()).value).toMatchObject({ event: 'status', id: 'a', status: 'logged_in' });
    expect((await lines.next()).value).toEqual({ event: 'released', id: 'a' });
    world.stop.abort();
    expect((await lines.next()).done).toBe(true);
  });

  it('follows a session of another process until that process lets it go', async () => {
    const elsewhere = {
      pid: 1,
      stays: true,
      close: null,
      retryAt: null,
      qr: null,
      pairCode: null,
      passkey: null,
      passkeyCode: null,
    };
    const told = { kind: 'status', status: 'logged_in', close: null, retryInMs: null } as const;
    const world = pairingWorld({
      held: ({ id }) => Promise.resolve({ id, since: world.clock.now(), status: 'logged_in', ...elsewhere }),
      follow: (_session, _options, onEvent) => {
        for (const event of [told, { kind: 'released' } as const]) onEvent(event);
        return Promise.resolve();
      },
    });
    await world.has({ id: 'a' });
    const answer = await world.api(new Request('http://wactl/api/v1/events?session=a'));
    expect(await allLines(answer)).toMatchObject([
      { event: 'status', status: 'logged_in' },
      { event: 'released', id: 'a' },
    ]);
  });

  it('says when there is no such session', async () => {
    expect((await pairingWorld().ask('GET', '/api/v1/events?session=x')).status).toBe(404);
  });

  it('drops a reader that has too much unread', async () => {
    const world = pairingWorld();
    const answer = await world.api(new Request('http://wactl/api/v1/events'));
    const message = { id: 'M', from: '1@s', pushName: null, at: world.clock.now(), text: 'x'.repeat(60_000) };
    for (let count = 0; count < 200; count++) world.observer.note('a', { kind: 'message', message });
    await settled();
    const lines = await allLines(answer);
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.length).toBeLessThan(80);
  });

  it('goes to any number of readers, without a warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const world = pairingWorld();
    for (let count = 0; count < 20; count++) {
      await world.api(new Request('http://wactl/api/v1/events'));
    }
    await settled();
    process.off('warning', note);
    world.stop.abort();
    expect(warnings).toEqual([]);
  });

  it('keeps nothing for a client that asks only for the headers', async () => {
    const world = pairingWorld();
    await world.api(new Request('http://wactl/api/v1/events', { method: 'HEAD' }));
    expect(world.clock.sleeping).toEqual([]);
  });

  it('keeps the connection alive', async () => {
    const world = pairingWorld();
    const answer = await world.api(new Request('http://wactl/api/v1/events'));
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const text = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await text()).toBe('retry: 2000\n\n');
    await world.clock.advance(15_000);
    expect(await text()).toBe(': still here\n\n');
    await reader.cancel();
  });
});
