import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sessionId, startEngine } from '../support/engine.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

describe('pairing by QR', () => {
  it('shows a QR, survives the restart, logs in, and has its pre-keys on the server once', async () => {
    const engine = await startEngine(sandbox);
    const { until, events, connection } = engine.connect({ kind: 'pair_by_qr' });
    const qr = await until('qr');
    expect(qr.seq).toBe(1);
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
    sandbox.scan(qr.payload);
    const { identity } = await until('logged_in');
    expect(identity).toMatchObject({
      phoneNumber: '15550100001',
      whatsappJid: '15550100001:1@s.whatsapp.net',
    });
    expect(events.map(({ kind }) => kind)).toEqual(['connected', 'qr', 'paired', 'connected', 'logged_in']);
    expect(sandbox.device('15550100001:1')).toMatchObject({
      uploadedPreKeys: 812,
      preKeyUploads: 1,
      logins: 1,
    });
    await connection.close();
    expect(await connection.closed).toMatchObject({ reason: 'ended_here' });
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: false, unconfirmed: true });
  });

  it('keeps the app state keys that the phone shares', async () => {
    const engine = await startEngine(sandbox);
    const write = engine.store.write.bind(engine.store);
    const isKept = new Promise<void>((resolve) => {
      const noted: typeof write = async (id, change) => {
        await write(id, change);
        if (change.keys?.some(({ type, value }) => type === 'app-state-sync-key' && value)) resolve();
      };
      Object.assign(engine.store, { write: noted });
    });
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    await isKept;
    await connection.close();
  });

  it('logs in later with what was stored', async () => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    const { until, connection } = engine.connect({ kind: 'login' });
    await until('logged_in');
    expect(sandbox.device('15550100001:1')).toMatchObject({
      uploadedPreKeys: 812,
      preKeyUploads: 1,
      logins: 2,
    });
    await connection.close();
  });
});
