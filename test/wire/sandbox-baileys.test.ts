import type { AuthenticationState } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  checkSignaturesStrictly,
  closeCode,
  connectBaileys,
  credsUntil,
  disconnect,
  memoryAuthState,
  nextQr,
  nextText,
  opened,
  pairByQr,
} from '../support/sandbox-baileys.ts';

/** Libsignal 6.0.0, session_record.js. */
const keptByLibsignal = 40;

let sandbox: Sandbox;
let auth: AuthenticationState;
let restoreVerify: () => void;

beforeEach(async () => {
  sandbox = await startSandbox();
  auth = memoryAuthState();
  restoreVerify = checkSignaturesStrictly(sandbox.rootKey);
});

afterEach(async () => {
  restoreVerify();
  await sandbox.close();
});

const open = async () => {
  const socket = connectBaileys(sandbox.endpoint, auth);
  await opened(socket);
  return socket;
};

describe('pairing with stock Baileys', () => {
  it('pairs by QR, is restarted with 515, and logs in', async () => {
    const pairing = connectBaileys(sandbox.endpoint, auth);
    const closed = closeCode(pairing);
    const paired = sandbox.waitFor('paired');
    sandbox.scan(await nextQr(pairing));
    await paired;
    expect(await closed).toBe(515);
    expect(auth.creds.me?.id).toBe('15550100001:1@s.whatsapp.net');

    disconnect(await open());
    expect(sandbox.device('15550100001:1')).toMatchObject({
      preKeyUploads: 1,
      uploadedPreKeys: 812,
      maxConnections: 1,
      logins: 1,
    });
  });

  it('pairs by code', async () => {
    const pairing = connectBaileys(sandbox.endpoint, auth);
    const closed = closeCode(pairing);
    await nextQr(pairing);
    const requested = sandbox.waitFor('code_requested');
    const code = await pairing.requestPairingCode('15550100002', 'ABCD1234');
    expect(await requested).toMatchObject({ phone: '15550100002', pushNotification: true });
    await sandbox.enterCode('+1 555 010 0002', 'abcd-1234');
    expect(code).toBe('ABCD1234');
    expect(await closed).toBe(515);
    expect(auth.creds.me?.id).toBe('15550100002:1@s.whatsapp.net');
    disconnect(await open());
  });

  it('lets a wrong code be typed again', async () => {
    const pairing = connectBaileys(sandbox.endpoint, auth);
    const closed = closeCode(pairing);
    await nextQr(pairing);
    const requested = sandbox.waitFor('code_requested');
    const code = await pairing.requestPairingCode('15550100002');
    await requested;
    await expect(sandbox.enterCode('15550100002', 'WRONGWRG')).rejects.toThrow('wrong code');
    await sandbox.enterCode('15550100002', code);
    expect(await closed).toBe(515);
  });

  it('refuses a code for a device without a browser name, and on a phone that no device asked', async () => {
    const pairing = connectBaileys(sandbox.endpoint, auth, { browser: ['', '', ''] });
    await nextQr(pairing);
    await expect(sandbox.enterCode('15550100002', 'ABCD1234')).rejects.toThrow('no device has asked');
    disconnect(pairing);
  });

  it('refuses a scanned, an expired and an unknown QR', async () => {
    const pairing = connectBaileys(sandbox.endpoint, auth);
    const qr = await nextQr(pairing);
    expect(() => sandbox.scan('2@nobody,a,b,c')).toThrow('not a WhatsApp QR code');
    expect(() => sandbox.scan(qr.replace('2@', '2@x'))).toThrow('no device is waiting');
    sandbox.scan(qr);
    expect(() => sandbox.scan(qr)).toThrow('scanned before');

    const quick = await startSandbox({ firstRefMs: 0, refMs: 1 });
    const expired = quick.waitFor('ref_expired');
    const late = connectBaileys(quick.endpoint, memoryAuthState());
    restoreVerify();
    restoreVerify = checkSignaturesStrictly(quick.rootKey);
    const lateQr = await nextQr(late);
    await expired;
    expect(() => quick.scan(lateQr)).toThrow('has expired');
    await quick.close();
  });
});

describe('a linked device', () => {
  beforeEach(() => pairByQr(sandbox, auth));

  it('gets its first sync, push name and app state', async () => {
    sandbox.phone().account.pushName = 'Pat Example';
    const socket = connectBaileys(sandbox.endpoint, auth);
    const history: number[] = [];
    socket.ev.on('messaging-history.set', ({ syncType }) => void history.push(Number(syncType)));
    await opened(socket);
    await credsUntil(socket, () => auth.creds.accountSyncCounter === 1);
    await credsUntil(socket, () => auth.creds.me?.name === 'Pat Example');
    await sandbox.until(() => {
      const receipts = sandbox.events.past.filter(({ kind }) => kind === 'receipt');
      return receipts.filter((event) => 'type' in event && event.type === 'hist_sync').length === 3;
    });
    expect(history.length).toBeGreaterThan(0);
    const versions = await auth.keys.get('app-state-sync-version', ['critical_block']);
    expect(versions['critical_block']?.version).toBe(1);
    disconnect(socket);
  });

  it('gets 440 when it logs in twice', async () => {
    const first = connectBaileys(sandbox.endpoint, auth);
    const closed = closeCode(first);
    await opened(first);
    const second = await open();
    expect(await closed).toBe(440);
    expect(sandbox.devices).toMatchObject([{ maxConnections: 2 }]);
    expect(sandbox.device('15550100001:1')?.connections.size).toBe(1);
    disconnect(second);
  });

  it('gets 401 when the phone unlinks it, now and at the next login', async () => {
    const socket = await open();
    const closed = closeCode(socket);
    sandbox.unlink('15550100001:1@s.whatsapp.net');
    expect(await closed).toBe(401);
    expect(await closeCode(connectBaileys(sandbox.endpoint, auth))).toBe(401);
    expect(sandbox.devices).toHaveLength(0);
  });

  it('can log out', async () => {
    const socket = await open();
    const unlinked = sandbox.waitFor('unlinked');
    await socket.logout();
    expect(await unlinked).toMatchObject({ by: 'companion' });
    expect(await closeCode(connectBaileys(sandbox.endpoint, auth))).toBe(401);
  });

  it('is refused with another noise key', async () => {
    Object.assign(auth.creds, { noiseKey: memoryAuthState().creds.noiseKey });
    expect(await closeCode(connectBaileys(sandbox.endpoint, auth))).toBe(401);
  });

  it('receives messages, live and after it was offline', async () => {
    const socket = await open();
    const texts: (string | null | undefined)[] = [];
    const heard = (count: number) =>
      new Promise<void>((resolve) => {
        socket.ev.on('messages.upsert', ({ messages }) => {
          for (const { key, message } of messages) if (!key.fromMe) texts.push(message?.conversation);
          if (texts.length >= count) resolve();
        });
      });
    const live = heard(2);
    sandbox.sendText('15550100001:1', 'one');
    sandbox.sendText('15550100001:1', 'two');
    await live;
    const device = sandbox.device('15550100001:1');
    await sandbox.until(() => device?.undelivered.length === 0);
    disconnect(socket);
    await sandbox.until(() => device?.online === false);

    sandbox.sendText('15550100001:1', 'three');
    const again = connectBaileys(sandbox.endpoint, auth);
    await new Promise<void>((resolve) => {
      again.ev.on('messages.upsert', ({ messages }) => {
        for (const { key, message } of messages) if (!key.fromMe) texts.push(message?.conversation);
        if (texts.includes('three')) resolve();
      });
    });
    expect(texts).toEqual(['one', 'two', 'three']);
    disconnect(again);
  });

  it('reads a contact still after it has begun a session anew more often than it keeps old ones', async () => {
    const socket = await open();
    const sender = sandbox.phone('15550104711');
    const { jid = '' } = sandbox.devices[0] ?? {};
    const send = async (text: string): Promise<void> => {
      const read = nextText(socket);
      sandbox.sendText(jid, text, sender);
      expect(await read).toBe(text);
    };
    await send('first');
    // As Baileys 7 does for its first answer after each start.
    for (let count = 0; count < keptByLibsignal + 5; count += 1) {
      await socket.assertSessions([sender.lid], true);
      await socket.sendMessage(sender.jid, { text: 'anew' });
    }
    await send('last');
    disconnect(socket);
  });

  it('gets unacknowledged stanzas again', async () => {
    sandbox.fault({ kind: 'drop', at: 5, on: 'login' });
    const dropped = connectBaileys(sandbox.endpoint, auth);
    expect(await closeCode(dropped)).toBe(428);
    const device = sandbox.device('15550100001:1');
    expect(device?.firstSyncSent).toBe(true);
    expect(device?.undelivered).toHaveLength(4);
    const socket = await open();
    await sandbox.until(() => device?.undelivered.length === 0);
    await credsUntil(socket, () => auth.creds.myAppStateKeyId !== undefined);
    expect(device).toMatchObject({ preKeyUploads: 1, uploadedPreKeys: 812 });
    disconnect(socket);
  });

  it('counts, spends and rotates its keys', async () => {
    const socket = await open();
    const device = sandbox.device('15550100001:1');
    await sandbox.until(() => device?.firstSyncSent === true);
    expect(device?.preKeyCount).toBe(811);
    sandbox.sendText('15550100001:1', 'from a stranger');
    expect(device?.preKeyCount).toBe(810);
    const rotated = sandbox.waitFor('signed_pre_key_rotated');
    await socket.rotateSignedPreKey();
    expect(await rotated).toMatchObject({ keyId: 2 });
    disconnect(socket);
  });

  it('reads the profile of a business', async () => {
    Object.assign(sandbox.phone().account, {
      verifiedName: 'Example Ltd',
      about: 'Open',
      picture: { id: '42' },
      business: {
        address: '1 Main Street',
        email: 'hello@example.com',
        description: 'Examples',
        websites: ['https://example.com', 'https://example.org'],
        categories: [{ id: '133436743388217', name: 'Arts and entertainment' }],
        options: { cart_enabled: 'true', commerce_experience: '' },
        hours: { timezone: 'Europe/Bratislava', days: [{ day: 'mon', mode: 'open_24h' }] },
      },
    });
    const socket = await open();
    const jid = '15550100001@s.whatsapp.net';
    expect(await socket.profilePictureUrl(jid)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sandbox\/picture\/42/);
    expect(await socket.fetchStatus(jid)).toMatchObject([{ status: { status: 'Open' } }]);
    expect(await socket.onWhatsApp('15550100001', '15559999999')).toEqual([{ jid, exists: true }]);
    expect(await socket.getBusinessProfile(jid)).toMatchObject({
      address: '1 Main Street',
      email: 'hello@example.com',
      website: ['https://example.com'],
      category: 'Arts and entertainment',
      business_hours: { timezone: 'Europe/Bratislava' },
    });
    disconnect(socket);
  });
});
