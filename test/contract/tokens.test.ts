import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { draftOf } from '../support/store-drafts.ts';
import { tokensContract } from './tokens.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-tokens-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
const newDirectory = (): string => mkdtempSync(join(parent, 'store-'));

tokensContract('memory', (now) => memoryStore(now));
tokensContract('SQLite', (now) => openStore({ directory: newDirectory(), now }));

test('the file has the token nowhere', async () => {
  const directory = newDirectory();
  const store = openStore({ directory });
  const { token } = await store.tokens.create({ name: 'ci', scope: 'admin', sessionId: null });
  await store.tokens.find(token);
  await store.close();
  const bytes = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'latin1'));
  expect(bytes.join()).toContain('tokens');
  expect(bytes.join()).not.toContain(token.slice('wactl_'.length));
});

test('another process sees a new token and a revocation at once', async () => {
  const directory = newDirectory();
  const [one, other] = [openStore({ directory }), openStore({ directory })];
  const { token } = await one.tokens.create({ name: 'ci', scope: 'read', sessionId: null });
  expect(await other.tokens.find(token)).toMatchObject({ name: 'ci' });
  await one.tokens.revoke('ci');
  expect(await other.tokens.find(token)).toBeUndefined();
  await Promise.all([one.close(), other.close()]);
});

test.each([
  ["scope = 'admin'", 'more rights'],
  ['session_id = NULL', 'all sessions'],
  ["session_id = 'b'", 'another session'],
  ["name = 'other'", 'another name'],
])('a row changed by %s gives nobody %s', async (change) => {
  const directory = newDirectory();
  const store = openStore({ directory });
  await store.create(draftOf('a'));
  await store.create(draftOf('b'));
  const { token } = await store.tokens.create({ name: 'ci', scope: 'read', sessionId: 'a' });
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1 });
  db.run(`UPDATE tokens SET ${change}`, []);
  db.close();
  expect(await store.tokens.find(token)).toBeUndefined();
  expect(await store.tokens.list()).toEqual([]);
  await store.close();
});
