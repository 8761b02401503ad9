import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  checkSignaturesStrictly,
  closeCode,
  connectBaileys,
  disconnect,
  memoryAuthState,
  nextQr,
  opened,
} from '../support/sandbox-baileys.ts';

let sandbox: Sandbox;
let restoreVerify: () => void;

beforeEach(async () => {
  sandbox = await startSandbox();
  restoreVerify = checkSignaturesStrictly(sandbox.rootKey);
});

afterEach(async () => {
  restoreVerify();
  await sandbox.close();
});

describe('stock Baileys', () => {
  it('pairs by QR, is restarted with 515, and logs in', async () => {
    const auth = memoryAuthState();
    const pairing = connectBaileys(sandbox.endpoint, auth);
    const closed = closeCode(pairing);
    const paired = sandbox.waitFor('paired');
    sandbox.scan(await nextQr(pairing));
    await paired;
    expect(await closed).toBe(515);
    expect(auth.creds.me?.id).toBe('15550100001:1@s.whatsapp.net');

    const socket = connectBaileys(sandbox.endpoint, auth);
    await opened(socket);
    const device = sandbox.device('15550100001:1');
    expect(device).toMatchObject({ preKeyUploads: 1, preKeyCount: 812, maxConnections: 1, logins: 1 });
    disconnect(socket);
  });
});
