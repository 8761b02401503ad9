import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  memoryAuthState,
  nextText,
  opened,
  pairByQr,
} from '../support/sandbox-baileys.ts';
import { linkedBaileys, rowsOf, writeWhatsmeow } from '../support/whatsmeow-file.ts';

const jid = '15550100001:1@s.whatsapp.net';
const { signal } = new AbortController();

let sandbox: Sandbox;
let engine: Engine;
let directory: string;
let file: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
  directory = mkdtempSync(join(tmpdir(), 'wactl-whatsmeow-'));
  file = join(directory, 'store.db');
});
afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The rows of a device that a stock client has paired, and that has read a message. */
async function usedRows(version: number) {
  const state = memoryAuthState();
  const restore = checkSignaturesStrictly(sandbox.rootKey);
  try {
    await pairByQr(sandbox, state);
    const socket = connectBaileys(sandbox.endpoint, state);
    await opened(socket);
    const received = nextText(socket);
    sandbox.sendText(jid, 'before');
    expect(await received).toBe('before');
    const closed = closeCode(socket);
    disconnect(socket);
    await closed;
  } finally {
    restore();
  }
  return rowsOf(linkedBaileys(state), { version });
}

const plan = (wanted?: string) =>
  transferHere({
    store: () => Promise.resolve(engine.store),
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
  }).planFromWhatsmeow(file, wanted, {
    signal,
    as: sessionId,
    settings: { webhook: null, proxy: null, endpoint: { url: sandbox.endpoint, rootKey: sandbox.rootKey } },
  });

/** The engine logs in, and reads a message on the session that was there. */
async function readsOn(): Promise<void> {
  const followed = engine.connect({ kind: 'login' });
  await followed.until('logged_in');
  sandbox.sendText(jid, 'after');
  expect((await followed.until('message')).message.text).toBe('after');
  await followed.connection.close();
}

describe('a database of whatsmeow', () => {
  it.each([2, 5, 8, 15])(
    'of schema %i is imported: the engine logs in with it, and decrypts on the session that was there',
    async (version) => {
      const rows = await usedRows(version);
      expect(rows['whatsmeow_sessions']).toHaveLength(2);
      writeWhatsmeow(file, rows, { version });
      const before = readFileSync(file);
      const there = await plan();
      expect(there.sessions).toMatchObject([{ id: sessionId, whatsappJid: jid, paired: true, fence: null }]);
      await there.store();
      await readsOn();
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(readdirSync(directory)).toEqual(['store.db']);
    },
  );
});
