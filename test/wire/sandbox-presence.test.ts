import { afterEach, beforeEach, expect, it } from 'vitest';
import { SandboxClient } from '../../src/sandbox/control-client.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  checkSignaturesStrictly,
  connectBaileys,
  credsUntil,
  disconnect,
  memoryAuthState,
  opened,
  pairByQr,
} from '../support/sandbox-baileys.ts';

const jid = '15550100001:1';
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

const notificationsSilenced = async (): Promise<boolean | undefined> => {
  const { phones } = await new SandboxClient(sandbox.endpoint).status();
  return phones[0]?.notifications_silenced;
};

it('stock Baileys silences the phone with an untyped presence, until it disconnects', async () => {
  const auth = memoryAuthState();
  await pairByQr(sandbox, auth);
  const untyped = sandbox.waitFor('presence', ({ type, name }) => type === null && name === null);
  const socket = connectBaileys(sandbox.endpoint, auth, { markOnlineOnConnect: false });
  await opened(socket);
  await credsUntil(socket, () => auth.creds.me?.name === 'Sandy Box');
  sandbox.announce(jid, 'dirty');
  await untyped;
  expect(await notificationsSilenced()).toBe(true);
  disconnect(socket);
  await sandbox.until(() => sandbox.device(jid)?.online === false);
  expect(await notificationsSilenced()).toBe(false);
});

it('stock Baileys renames the account, also after an update of its credentials with another name', async () => {
  const auth = memoryAuthState();
  await pairByQr(sandbox, auth);
  const first = connectBaileys(sandbox.endpoint, auth);
  await opened(first);
  await sandbox.until(() => sandbox.device(jid)?.firstSyncSent === true);
  await sandbox.until(() => sandbox.device(jid)?.undelivered.length === 0);
  disconnect(first);
  auth.creds.me = { id: auth.creds.me?.id ?? '', name: '+1∙∙∙80' };
  const named = sandbox.waitFor('presence', ({ name }) => name === '+1∙∙∙80');
  const second = connectBaileys(sandbox.endpoint, auth);
  await named;
  expect(sandbox.phone().account.pushName).toBe('+1∙∙∙80');
  disconnect(second);
});
