import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useMultiFileAuthState } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transferHere } from '../../src/app/transfer-here.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sessionFiles } from '../support/session-files.ts';
import { sessionId, startEngine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakePortableSettings } from '../support/fake-settings.ts';
import { unexpected } from '../support/unexpected.ts';
import {
  checkSignaturesStrictly,
  closeCode,
  connectBaileys,
  disconnect,
  nextText,
  opened,
  pairByQr,
} from '../support/sandbox-baileys.ts';

const jid = '15550100001:1@s.whatsapp.net';
const { signal } = new AbortController();

let sandbox: Sandbox;
let engine: Engine;
let directory: string;
let folder: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
  directory = mkdtempSync(join(tmpdir(), 'wactl-folders-'));
  folder = join(directory, 'auth_info');
});
afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

const transfer = () => {
  const { store } = engine;
  return transferHere({
    store: () => Promise.resolve(store),
    holder: () =>
      Promise.resolve({
        disconnect: ({ id }) => Promise.resolve({ id, status: 'disconnected', details: '' }),
        held: () => Promise.resolve(null),
      }),
    leaseOf: () => Promise.resolve(undefined),
    tokens: () => unexpected('tokens'),
    settings: new FakePortableSettings(),
    keyFacts: () => Promise.resolve(null),
    files: sessionFiles,
    clock: new FakeClock(),
  });
};

/** Stock Baileys knows only WhatsApp's own root key; the engine in the same process has its own way. */
async function asStock<T>(work: () => Promise<T>): Promise<T> {
  const restore = checkSignaturesStrictly(sandbox.rootKey);
  return work().finally(restore);
}

/** Stock Baileys, logged in from a folder, until it has read a message. */
const readWithBaileys = (path: string, text: string): Promise<void> => asStock(() => readMessage(path, text));

async function readMessage(path: string, text: string): Promise<void> {
  const { state, saveCreds } = await useMultiFileAuthState(path);
  const socket = connectBaileys(sandbox.endpoint, state);
  socket.ev.on('creds.update', () => void saveCreds());
  await opened(socket);
  const received = nextText(socket);
  sandbox.sendText(jid, text);
  expect(await received).toBe(text);
  const closed = closeCode(socket);
  disconnect(socket);
  await closed;
  await saveCreds();
}

/** A folder that stock Baileys has paired. */
async function paired(): Promise<void> {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  await asStock(() => pairByQr(sandbox, state));
  await saveCreds();
}

/** The same, after a login and a message. */
async function used(): Promise<void> {
  await paired();
  await readWithBaileys(folder, 'to Baileys');
}

const settings = () => ({
  webhook: null,
  proxy: null,
  endpoint: { url: sandbox.endpoint, rootKey: sandbox.rootKey },
});

const plan = () => transfer().planFromBaileys(folder, { signal, as: sessionId, settings: settings() });

describe('a folder of stock Baileys', () => {
  it('is imported: the engine logs in with it, and decrypts on the session that was there', async () => {
    await used();
    const there = await plan();
    expect(there.sessions).toMatchObject([{ id: sessionId, whatsappJid: jid, paired: true, fence: null }]);
    expect(there.replaced.map(({ id }) => id)).toEqual([sessionId]);
    await there.store();
    const followed = engine.connect({ kind: 'login' });
    await followed.until('logged_in');
    sandbox.sendText(jid, 'to wactl');
    expect((await followed.until('message')).message.text).toBe('to wactl');
    await followed.connection.close();
  });

  it('goes in and out again without a loss: every file is as it was', async () => {
    await used();
    const { credentials } = await sessionFiles.readBaileys(folder, new Date());
    const copy = join(directory, 'copy');
    await (await sessionFiles.newBaileys(copy)).write(credentials);
    expect(readdirSync(copy).sort()).toEqual(readdirSync(folder).sort());
    for (const name of readdirSync(folder))
      expect([name, readFileSync(join(copy, name), 'utf8')]).toEqual([
        name,
        readFileSync(join(folder, name), 'utf8'),
      ]);
    expect(readdirSync(copy).filter((name) => name.startsWith('pre-key-')).length).toBeGreaterThan(800);
    expect(statSync(copy).mode & 0o777).toBe(0o700);
    expect(statSync(join(copy, 'creds.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['auth_info', 'copy']);
  });

  it('of a session from here lets stock Baileys log in and decrypt; here it is fenced', async () => {
    await engine.pair();
    const { store } = engine;
    await store.recordLogin(sessionId, {
      phoneNumber: '15550100001',
      whatsappJid: jid,
      lid: null,
      platform: null,
      pushName: null,
    });
    await transfer().moveToBaileys(sessionId, folder, signal);
    expect(await store.get(sessionId)).toMatchObject({ fence: { reason: 'moved' } });
    await readWithBaileys(folder, 'from wactl');
  });

  it.each<[string, (creds: string) => void, RegExp]>([
    ['is not there', (creds) => rmSync(creds), /has no creds\.json/],
    ['is empty', (creds) => writeFileSync(creds, ''), /creds\.json is empty, as a crash leaves it/],
    [
      'is cut short',
      (creds) => writeFileSync(creds, readFileSync(creds).subarray(0, 900)),
      /the creds cannot be read/,
    ],
    ['is a link', (creds) => (rmSync(creds), symlinkSync('/etc/passwd', creds)), /creds\.json is not a file/],
    ['has no phone', (creds) => edit(creds, { me: undefined }), /it was never linked to a phone/],
    [
      'has no device',
      (creds) => edit(creds, { me: { id: '15550100001@s.whatsapp.net' } }),
      /it was never linked/,
    ],
    [
      'has keys that do not belong together',
      (creds) => edit(creds, { noiseKey: pairOf(creds) }),
      /do not belong together/,
    ],
    [
      'would change a prototype',
      (creds) => writeFileSync(creds, readFileSync(creds, 'utf8').replace('{', '{"__proto__":{"a":1},')),
      /cannot be read/,
    ],
    [
      'is nested deeply',
      (creds) => writeFileSync(creds, `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
      /cannot be read/,
    ],
  ])('whose creds.json %s stores nothing', async (_, damage, message) => {
    await paired();
    damage(join(folder, 'creds.json'));
    await expect(plan()).rejects.toThrow(message);
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });

  it('with a damaged key says which, and what Baileys does with it; unknown files and used keys are told', async () => {
    await paired();
    writeFileSync(join(folder, 'session-15550000001.0.json'), '');
    await expect(plan()).rejects.toMatchObject({
      code: 'file_damaged',
      hint: expect.stringContaining('move session-15550000001.0.json out of the folder') as string,
    });
    rmSync(join(folder, 'session-15550000001.0.json'));
    writeFileSync(join(folder, 'notes.txt'), 'x');
    const { notes } = await sessionFiles.readBaileys(folder, new Date());
    expect(notes).toEqual([
      expect.stringContaining('was changed within two minutes') as string,
      'left out, since wactl does not know what it is: notes.txt',
    ]);
    const later = new Date(Date.now() + 10 * 60_000);
    expect((await sessionFiles.readBaileys(folder, later)).notes).toHaveLength(1);
  });

  it('is never written over one that has something in it', async () => {
    await useMultiFileAuthState(folder);
    writeFileSync(join(folder, 'creds.json'), '{}');
    await expect(sessionFiles.newBaileys(folder)).rejects.toThrow('is not empty');
  });
});

function edit(creds: string, change: object): void {
  writeFileSync(creds, JSON.stringify({ ...(JSON.parse(readFileSync(creds, 'utf8')) as object), ...change }));
}

/** A public key with another's private half. */
function pairOf(creds: string): unknown {
  const read = JSON.parse(readFileSync(creds, 'utf8')) as Record<string, Record<string, unknown>>;
  return { ...read['noiseKey'], public: read['signedIdentityKey']?.['public'] };
}
