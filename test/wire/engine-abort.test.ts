import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { CredentialStore } from '../../src/ports/store.ts';
import { WactlError } from '../../src/errors.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';
import { follow, sessionId, startEngine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';

let sandbox: Sandbox;
let engine: Engine;

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
});

afterEach(() => sandbox.close());

const expectNothingStored = async () => {
  expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  expect(await engine.store.get(sessionId)).toMatchObject({ paired: false, unconfirmed: false });
};

describe('giving up', () => {
  it.each([
    ['before anything is sent', () => Promise.resolve()],
    ['when TCP stands', () => sandbox.waitFor('connection_opened').then(() => undefined)],
    ['when the refs are sent', () => sandbox.waitFor('refs_sent').then(() => undefined)],
  ])('%s stores nothing', async (_, moment) => {
    const reached = moment();
    const { connection, closed } = engine.connect({ kind: 'pair_by_qr' });
    await reached;
    await connection.close();
    expect(await closed).toMatchObject({ reason: 'ended_here' });
    await expectNothingStored();
  });

  it.each(['stall_hello', 'stall_login', 'stall_pair_device'] as const)(
    'during %s ends at once',
    async (kind) => {
      sandbox.fault({ kind });
      const hit = sandbox.waitFor('fault');
      const { connection, closed } = engine.connect({ kind: 'pair_by_qr' });
      await hit;
      await connection.close();
      expect(await closed).toMatchObject({ reason: 'ended_here' });
      await expectNothingStored();
    },
  );

  it('while the upgrade is not answered ends at once', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/ws/chat`;
    const asked = once(silent, 'connection');
    const session = { id: sessionId, proxy: null, endpoint: { url, rootKey: sandbox.rootKey } };
    const connection = engine.whatsapp.connect(
      { session, goal: { kind: 'pair_by_qr' }, credentials: engine.store },
      () => undefined,
    );
    const [socket] = (await asked) as [Socket];
    const gone = once(socket.resume(), 'close');
    await connection.close();
    await gone;
    silent.close();
    expect(await connection.closed).toMatchObject({ reason: 'ended_here' });
  });

  it('between the signature and the restart keeps the proven pairing, for a login to confirm', async () => {
    sandbox.fault({ kind: 'no_restart' });
    const signed = sandbox.waitFor('paired');
    const { connection, until, closed } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    await signed;
    await connection.close();
    expect(await closed).toMatchObject({ reason: 'ended_here' });
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: false, unconfirmed: true });
    const later = engine.connect({ kind: 'login' });
    await later.until('logged_in');
    await later.connection.close();
  });

  it('can be repeated', async () => {
    const { connection, closed } = engine.connect({ kind: 'pair_by_qr' });
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    expect(await closed).toMatchObject({ reason: 'ended_here' });
  });
});

describe('a pairing', () => {
  it('expires when the refs run out, and numbers each QR', async () => {
    const quick = engine.again({ deadlines: { firstRefMs: 30, laterRefMs: 10 } });
    const { closed, events } = quick.connect({ kind: 'pair_by_qr' });
    expect(await closed).toMatchObject({ reason: 'pairing_expired', code: null });
    const shown = events.flatMap((event) => (event.kind === 'qr' ? [event] : []));
    expect(shown.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(shown.map(({ payload }) => payload)).size).toBe(6);
    await expectNothingStored();
  });

  it('whose restart never comes is confirmed by a login', async () => {
    sandbox.fault({ kind: 'no_restart' });
    const { until, events, connection } = engine
      .again({ deadlines: { pairDeviceMs: 200 } })
      .connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    await until('logged_in');
    expect(events.map(({ kind }) => kind)).toEqual(['connected', 'qr', 'paired', 'connected', 'logged_in']);
    await connection.close();
  });

  it('that the phone does not list ends as unlinked, for the holder to drop', async () => {
    sandbox.fault({ kind: 'no_restart' });
    sandbox.fault({ kind: 'failure', code: 401, on: 'login' });
    const { until, closed } = engine
      .again({ deadlines: { pairDeviceMs: 200 } })
      .connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    expect(await closed).toMatchObject({ reason: 'logged_out', code: 401 });
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: false, unconfirmed: true });
  });

  it('is stored whole in one write before it is signed', async () => {
    const order: string[] = [];
    for (const kind of ['pair_success_sent', 'paired', 'logged_in', 'pre_keys_uploaded'] as const)
      void sandbox.waitFor(kind).then(() => order.push(`server: ${kind}`));
    const { store } = engine;
    const watched: CredentialStore = {
      ...store,
      commitPairing: (id, credentials) => {
        order.push(`stored: ${credentials.keys.length} keys`);
        return store.commitPairing(id, credentials);
      },
    };
    const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
    const whatsapp = createWhatsApp();
    const session = { id: sessionId, proxy: null, endpoint };
    const { until, connection } = follow((onEvent) =>
      whatsapp.connect({ session, goal: { kind: 'pair_by_qr' }, credentials: watched }, onEvent),
    );
    sandbox.scan((await until('qr')).payload);
    await until('logged_in');
    await connection.close();
    expect(order).toEqual([
      'server: pair_success_sent',
      'stored: 812 keys',
      'server: paired',
      'server: logged_in',
      'server: pre_keys_uploaded',
    ]);
  });
});

describe('a store that fails', () => {
  it('ends the connection with its own error', async () => {
    const { store } = engine;
    const full = new WactlError('store_locked', 'the disk is full');
    const failing: CredentialStore = {
      ...store,
      write: () => Promise.reject(full),
    };
    const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
    const whatsapp = createWhatsApp();
    const session = { id: sessionId, proxy: null, endpoint };
    const { until, closed } = follow((onEvent) =>
      whatsapp.connect({ session, goal: { kind: 'pair_by_qr' }, credentials: failing }, onEvent),
    );
    sandbox.scan((await until('qr')).payload);
    await expect(closed).rejects.toBe(full);
  });

  it('when the pairing is stored: nothing is signed, and the phone lists no device', async () => {
    const { store } = engine;
    const full = new WactlError('store_locked', 'the disk is full', 'make room');
    const failing: CredentialStore = {
      ...store,
      commitPairing: () => Promise.reject(full),
    };
    const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
    const whatsapp = createWhatsApp();
    const session = { id: sessionId, proxy: null, endpoint };
    const refused = sandbox.waitFor('refused');
    const { until, closed, events } = follow((onEvent) =>
      whatsapp.connect({ session, goal: { kind: 'pair_by_qr' }, credentials: failing }, onEvent),
    );
    sandbox.scan((await until('qr')).payload);
    await expect(closed).rejects.toMatchObject({
      code: 'store_locked',
      message: 'the disk is full, so the pairing was refused, and the phone lists no new device',
      hint: 'make room',
    });
    expect(await refused).toMatchObject({ reason: 'the companion refused the pairing' });
    expect(sandbox.device('15550100001:1')).toBeUndefined();
    expect(events.map(({ kind }) => kind)).toEqual(['connected', 'qr']);
    await expectNothingStored();
  });

  it('because it is damaged: reports that instead of pairing again', async () => {
    await engine.pair();
    await engine.store.write(sessionId, { creds: Buffer.from('{"half') });
    await expect(engine.connect({ kind: 'login' }).closed).rejects.toMatchObject({ code: 'store_damaged' });
  });
});

describe('several connections in one process', () => {
  it('trust their own root each', async () => {
    const other = await startSandbox();
    const otherEngine = await startEngine(other);
    const stranger = { url: sandbox.endpoint, rootKey: other.rootKey };
    const session = { id: sessionId, proxy: null, endpoint: stranger };
    const goal = { kind: 'pair_by_qr' } as const;
    const rounds = Array.from({ length: 4 }, () => ({
      right: [engine.connect(goal), otherEngine.connect(goal)],
      wrong: follow((onEvent) =>
        engine.whatsapp.connect({ session, goal, credentials: engine.store }, onEvent),
      ),
    }));
    for (const { right, wrong } of rounds) {
      expect(await wrong.closed).toMatchObject({ reason: 'forged' });
      await Promise.all(right.map(({ until }) => until('qr')));
      await Promise.all(right.map(({ connection }) => connection.close()));
    }
    await other.close();
  });
});
