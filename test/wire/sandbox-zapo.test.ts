import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeZapoClient, makeZapoStore, silentZapo } from '../support/sandbox-zapo.ts';
import type { ZapoClient, ZapoEvents, ZapoLogger, ZapoStore } from '../support/sandbox-zapo.ts';

// An independent client that checks every signature itself, so that the sandbox is not merely what Baileys tolerates.

let sandbox: Sandbox;
let store: ZapoStore;
let client: ZapoClient;

// Node 20 has no WebSocket of its own.
beforeAll(() => void vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => void vi.unstubAllGlobals());

beforeEach(async () => {
  sandbox = await startSandbox();
  store = makeZapoStore();
  client = makeZapoClient(sandbox, store);
});

afterEach(async () => {
  await client.disconnect();
  await sandbox.close();
  await store.destroy();
});

const next = <K extends keyof ZapoEvents>(event: K): Promise<ZapoEvents[K]> =>
  new Promise((resolve) => client.once(event, resolve));

/** Expects everything that a linked device does at its first login. */
const expectWholeLogin = async (jid: string): Promise<void> => {
  // The app state key and three pieces of history, each decrypted and accepted.
  await sandbox.until(
    () =>
      sandbox.events.past.filter((event) => event.kind === 'receipt' && event.type === 'peer_msg').length ===
      4,
  );
  expect(sandbox.device(jid)).toMatchObject({ maxConnections: 1, preKeyUploads: 1 });
  expect(sandbox.events.past.filter(({ kind }) => kind === 'refused')).toEqual([]);
};

describe('zapo-js', () => {
  it('pairs by QR, logs in, syncs, and resumes', async () => {
    const qr = next('auth_qr');
    const loggedIn = sandbox.waitFor('logged_in');
    await client.connect();
    sandbox.scan((await qr).qr);
    const { jid } = await loggedIn;
    expect(jid).toBe('15550100001:1@s.whatsapp.net');
    await expectWholeLogin(jid);

    const message = next('message');
    sandbox.sendText(jid, 'hello');
    expect((await message).message?.conversation).toBe('hello');

    await client.disconnect();
    const resumed = sandbox.waitFor('logged_in');
    await client.connect();
    expect(await resumed).toMatchObject({ jid });
  });

  it.each(['companion_reg_refresh', 'pair-device-rotate-qr'])(
    'shows a QR with another secret when it is asked to (%s), and pairs by that',
    async (form) => {
      sandbox.fault({ kind: 'reg_refresh', form });
      const first = next('auth_qr');
      await client.connect();
      const { qr } = await first;
      const second = next('auth_qr');
      expect(() => sandbox.scan(qr)).toThrow('could not be linked');
      const loggedIn = sandbox.waitFor('logged_in');
      sandbox.scan((await second).qr);
      await expectWholeLogin((await loggedIn).jid);
    },
  );

  it('pairs by code', async () => {
    const qr = next('auth_qr');
    await client.connect();
    await qr;
    const loggedIn = sandbox.waitFor('logged_in');
    const code = await client.requestPairingCode('15550100002');
    await sandbox.enterCode('15550100002', code);
    const { jid } = await loggedIn;
    expect(jid).toBe('15550100002:1@s.whatsapp.net');
    await expectWholeLogin(jid);
  });

  it.each([
    ['forged_root', 'intermediate certificate signature is invalid'],
    ['forged_leaf', 'leaf certificate signature is invalid'],
  ] as const)('stops after a %s', async (kind, complaint) => {
    sandbox.fault({ kind });
    const complained = new Promise<void>((resolve) => {
      const listen: ZapoLogger['warn'] = (message, context) => {
        if (`${message} ${JSON.stringify(context)}`.includes(complaint)) resolve();
      };
      client = makeZapoClient(sandbox, store, { ...silentZapo, warn: listen, error: listen });
      // It retries by itself until it is stopped.
      client.connect().catch(() => undefined);
    });
    await complained;
  });

  it.each([
    ['forged_account_signature', 'account signature validation failed'],
    ['bad_hmac', 'HMAC validation failed'],
  ] as const)('does not accept a %s', async (kind, complaint) => {
    const complained = new Promise<void>((resolve) => {
      const listen: ZapoLogger['warn'] = (message, context) => {
        if (`${message} ${JSON.stringify(context)}`.includes(complaint)) resolve();
      };
      client = makeZapoClient(sandbox, store, { ...silentZapo, warn: listen, error: listen });
    });
    const qr = next('auth_qr');
    await client.connect();
    sandbox.fault({ kind });
    sandbox.scan((await qr).qr);
    await complained;
    expect(sandbox.devices).toEqual([]);
  });
});
