import { firstBox } from '../../src/domain/box.ts';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { webhookEvents } from '../../src/domain/session.ts';
import type { Session } from '../../src/domain/session.ts';
import { openStore } from '../../src/store/open-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { bytes, draftOf, identity } from '../support/store-drafts.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';

export const ids = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'echo-2', 'foxtrot'];
const paired = new Set(['alpha', 'charlie', 'echo']);
export const keyIds = Array.from({ length: 40 }, (_, index) => String(index));
export const keyOf = (id: string, keyId: string): string => `key ${keyId} of ${id} `.repeat(8);
export const bodyOf = (id: string, number: number): string => `{"event":${number},"of":"${id}"}`;
const eventsOfEach = 4;

/** The answers of an undamaged store. */
export type Truth = {
  readonly sessions: readonly Session[];
  readonly creds: Readonly<Record<string, string | null>>;
};

/** A store with rows in every table: closed, in one file, and open, with a full journal. */
export async function fill(
  folder: string,
): Promise<{ readonly closed: string; readonly open: string; readonly truth: Truth }> {
  const [origin, closed, open] = ['origin', 'closed', 'open'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const directory of [closed, open]) mkdirSync(directory, { mode: 0o700 });
  let store = openStore({ directory: origin });
  for (const id of ids) await addSession(store, id);
  await store.close();
  for (const file of ['wactl.db', 'wactl.key']) copyFileSync(join(origin, file), join(closed, file));
  store = openStore({ directory: origin });
  // Writes the same again, so that the journal holds what the file holds: losing any part of it must not change an
  // answer.
  for (const { id, name } of (await store.list({ page: 1, perPage: 100 })).sessions)
    await store.update(id, { name });
  for (const file of ['wactl.db', 'wactl.db-wal', 'wactl.key'])
    copyFileSync(join(origin, file), join(open, file));
  const { sessions } = await store.list({ page: 1, perPage: 100 });
  const creds: Record<string, string | null> = {};
  for (const id of ids) creds[id] = textOf(await store.readCreds(id));
  await store.close();
  return { closed, open, truth: { sessions, creds } };
}

export const textOf = (value: Uint8Array | undefined): string | null =>
  value ? Buffer.from(value).toString() : null;

async function addSession(store: ReturnType<typeof openStore>, id: string): Promise<void> {
  const url = `http://127.0.0.1:1/${id}`;
  const webhook = { url, events: webhookEvents, secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0', viaProxy: false };
  const endpoint = { url: 'ws://127.0.0.1:1/ws/chat', rootKey: '00'.repeat(32) };
  const proxy = id === 'charlie' ? 'http://user:pass@127.0.0.1:1' : null;
  await store.create(draftOf(id, { name: `Žofia ${id}`, webhook, endpoint, proxy }));
  if (paired.has(id)) {
    const keys = keyIds.map((keyId) => ({ type: 'session', id: keyId, value: bytes(keyOf(id, keyId)) }));
    const creds = bytes(`credentials of ${id} `.repeat(150));
    await store.commitPairing(id, { creds, keys });
    await store.recordLogin(id, identity);
  }
  const events = Array.from({ length: eventsOfEach }, (_, number): OutboxEvent => ({
    id: `msg_${id}_${number}`,
    type: 'message',
    body: bodyOf(id, number),
    createdAt: new Date(),
    expiresAt: null,
  }));
  await appendEvents(store, firstBox(id), url, events);
  await store.outbox.record(firstBox(id), events[0]?.id ?? '', { kind: 'delivered', url });
  const claim = { sessionId: id, leaseId: `lease-${id}`, pid: 1, socketPath: `/nonexistent/${id}.sock` };
  await store.leases.acquire({ ...claim, status: 'logged_in' });
}
