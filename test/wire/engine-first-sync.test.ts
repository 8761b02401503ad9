import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { credsFromBytes } from '../../src/credentials/credential-bytes.ts';
import { sessionId, startEngine } from '../support/engine.ts';
import type { Engine, Followed } from '../support/engine.ts';

const jid = '15550100001:1@s.whatsapp.net';
let sandbox: Sandbox;
let engine: Engine;

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
});

afterEach(() => sandbox.close());

const pairUpToLogin = async (): Promise<Followed> => {
  const followed = engine.connect({ kind: 'pair_by_qr' });
  sandbox.scan((await followed.until('qr')).payload);
  await followed.until('logged_in');
  return followed;
};

const storedCreds = async () => credsFromBytes((await engine.store.readCreds(sessionId)) ?? Buffer.of());

/** Expects the phone's app state key and name to be stored. */
const expectFirstSyncKept = async (): Promise<void> => {
  const { me, myAppStateKeyId = '' } = await storedCreds();
  expect(me?.name).toBe('Sandy Box');
  expect((await engine.store.readKeys(sessionId, 'app-state-sync-key', [myAppStateKeyId])).size).toBe(1);
};

describe('the first messages of the phone', () => {
  it('are delivered when a pairing is synced', async () => {
    const { connection, events } = await pairUpToLogin();
    await connection.synced;
    await connection.close();
    expect(events).toContainEqual({ kind: 'push_name', pushName: 'Sandy Box' });
    await expectFirstSyncKept();
  });

  it('find the device knowing its own lid, for which the server would have to be asked', async () => {
    const followed = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await followed.until('qr')).payload);
    const { identity } = await followed.until('logged_in');
    expect((await engine.store.readKeys(sessionId, 'lid-mapping', [identity.phoneNumber])).size).toBe(1);
    await followed.connection.close();
  });

  it('are awaited when they are late', async () => {
    sandbox.fault({ kind: 'late_first_sync', ms: 100 });
    const { connection } = await pairUpToLogin();
    await connection.synced;
    expect(sandbox.events.past).toContainEqual({ kind: 'first_sync_sent', jid });
    await connection.close();
    await expectFirstSyncKept();
  });

  it.each([{ kind: 'late_first_sync', ms: 1_000 } as const, { kind: 'no_first_sync' } as const])(
    'are delivered at the next login when the connection ended first: $kind',
    async (fault) => {
      const sent = sandbox.waitFor('first_sync_sent');
      sandbox.fault(fault);
      await (await pairUpToLogin()).connection.close();
      if (fault.kind === 'late_first_sync') await sent;
      else expect((await storedCreds()).myAppStateKeyId).toBeUndefined();
      const { connection, until } = engine.connect({ kind: 'login' });
      await until('logged_in');
      await connection.synced;
      await connection.close();
      await expectFirstSyncKept();
    },
  );

  it('are there at once at a later login', async () => {
    await engine.pair();
    const { connection, until } = engine.connect({ kind: 'login', passive: true });
    await until('logged_in');
    await connection.synced;
    await connection.close();
  });
});
