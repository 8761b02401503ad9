// A program that opens one connection, ends it at the given point, and then does nothing more: it must end by itself.
// Prints one line for each event and action. argv: endpoint, root key, credentials file, goal, stop.
import { readFile, writeFile } from 'node:fs/promises';
import type { CredentialStore } from '../../src/ports/store.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';
import { memoryStore } from './memory-store.ts';
import type { ConnectionEvent } from '../../src/domain/connection-event.ts';

const [url = '', rootKey = '', file = '', goal = '', stop = ''] = process.argv.slice(2);
const endpoint = { url, rootKey };
const say = (word: string, more: object = {}) =>
  process.stdout.write(`${JSON.stringify({ word, ...more })}\n`);

type Kept = { creds: string; keys: { type: string; id: string; value: string }[] };

const bytes = (text: string) => Buffer.from(text, 'base64');
const text = (value: Uint8Array | null) => Buffer.from(value ?? []).toString('base64');

const store = memoryStore();
await store.create({ id: 'child', name: null, webhook: null, proxy: null, endpoint });
if (goal === 'login') {
  const kept = JSON.parse(await readFile(file, 'utf8')) as Kept;
  const keys = kept.keys.map(({ type, id, value }) => ({ type, id, value: bytes(value) }));
  await store.commitPairing('child', { creds: bytes(kept.creds), keys });
}
const credentials: CredentialStore = {
  ...store,
  commitPairing: async (id, proven) => {
    const keys = proven.keys.map(({ type, id: keyId, value }) => ({ type, id: keyId, value: text(value) }));
    await writeFile(file, JSON.stringify({ creds: text(proven.creds), keys }));
    return store.commitPairing(id, proven);
  },
};

const whatsapp = createWhatsApp();
const session = { id: 'child', proxy: null, endpoint };
const reached = (event: ConnectionEvent) => {
  say(event.kind, event.kind === 'qr' ? { payload: event.payload } : {});
  if (event.kind === stop) setImmediate(() => void end());
};
const connection = whatsapp.connect(
  { session, goal: { kind: goal === 'login' ? 'login' : 'pair_by_qr' }, credentials },
  reached,
);
const end = async () => {
  if (stop === 'logged_in') say('profile', { ...(await connection.profile()) });
  await connection.close();
};
process.stdin.once('data', () => void end()).unref();
const { reason } = await connection.closed;
say('closed', { reason });
process.stdin.pause();
