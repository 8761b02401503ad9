import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionStore } from '../../src/ports/store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { bytes, draftOf, identity, start } from '../support/store-drafts.ts';
import type { StoreMaker } from '../support/store-drafts.ts';

const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value);

/** The contract of every SessionStore for credentials. */
export function sessionCredentialsContract(name: string, make: StoreMaker): void {
  describe(`${name}: the contract of SessionStore`, () => {
    let store: SessionStore;
    let nowMs: number;

    beforeEach(async () => {
      nowMs = start;
      store = await make(() => new Date(nowMs));
    });
    afterEach(() => store.close());

    const pair = (id: string, creds = 'creds') =>
      pairInStore(store, id, identity, { creds: bytes(creds), keys: [] });
    const prove = (id: string, creds = 'creds') => store.commitPairing(id, { creds: bytes(creds), keys: [] });
    const readKey = async (id: string, type: string, keyId: string) =>
      text((await store.readKeys(id, type, [keyId])).get(keyId));

    describe('credentials', () => {
      const nobody = { phoneNumber: null, whatsappJid: null, lid: null, platform: null, pushName: null };
      const unlinked = {
        status: 'logged_out',
        retries: 4,
        lastClose: { reason: 'logged_out', code: 401, at: new Date(start) },
      } as const;

      test('a proven pairing is stored whole, as unconfirmed: the record has no identity yet, and starts fresh', async () => {
        await store.create(draftOf('a'));
        const before = await store.get('a');
        await store.update('a', unlinked);
        const keys = [{ type: 'pre-key', id: '1', value: bytes('one') }];
        nowMs += 1;
        const session = await store.commitPairing('a', { creds: bytes('c'), keys });
        expect(session).toEqual({ ...before, unconfirmed: true, updatedAt: new Date(nowMs) });
        expect(await store.get('a')).toEqual(session);
        expect(text(await store.readCreds('a'))).toBe('c');
        expect(await readKey('a', 'pre-key', '1')).toBe('one');
        await store.write('a', { creds: bytes('d') });
        expect(text(await store.readCreds('a'))).toBe('d');
      });

      test('a login confirms it: the record gets its identity', async () => {
        await store.create(draftOf('a'));
        await prove('a');
        nowMs += 1;
        const session = await store.recordLogin('a', identity);
        const resting = { status: 'disconnected', paired: true, unconfirmed: false };
        const seen = { lastConnectedAt: new Date(nowMs), lastSeenAt: new Date(nowMs) };
        expect(session).toMatchObject({ ...identity, ...resting, ...seen });
        expect(await store.get('a')).toEqual(session);
        expect(text(await store.readCreds('a'))).toBe('creds');
      });

      test('a later login keeps the identity, and updates a name that it names', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        const before = await store.update('a', { ...unlinked, status: 'failed' });
        nowMs += 1;
        const now = new Date(nowMs);
        const seen = { status: 'disconnected', lastConnectedAt: now, lastSeenAt: now, updatedAt: now };
        const unnamed = { ...identity, pushName: null, lid: null };
        expect(await store.recordLogin('a', unnamed)).toEqual({ ...before, ...seen });
        expect(await store.recordLogin('a', { ...identity, pushName: 'N\0ew' })).toEqual({
          ...before,
          ...seen,
          pushName: 'New',
        });
      });

      test('a new pairing has no identity until a login', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        expect(await prove('a', 'new')).toMatchObject({ ...nobody, paired: false, unconfirmed: true });
      });

      test('erasing an unconfirmed pairing keeps the status', async () => {
        await store.create(draftOf('a'));
        await prove('a');
        const session = await store.erase('a', 'logged_out');
        expect(session).toMatchObject({
          ...nobody,
          status: 'disconnected',
          paired: false,
          unconfirmed: false,
        });
        expect(await store.readCreds('a')).toBeUndefined();
      });

      test('a new pairing removes everything of the previous one', async () => {
        await store.create(draftOf('a'));
        const keys = [{ type: 'session', id: 'x', value: bytes('old') }];
        await pairInStore(store, 'a', identity, { creds: bytes('old'), keys });
        const next = { creds: bytes('new'), keys: [] };
        await pairInStore(store, 'a', { ...identity, lid: null }, next);
        expect(text(await store.readCreds('a'))).toBe('new');
        expect(await readKey('a', 'session', 'x')).toBeUndefined();
        expect((await store.get('a'))?.lid).toBeNull();
      });

      test('erasing removes the identity and keeps the record', async () => {
        await store.create(draftOf('a', { name: 'n', proxy: 'http://127.0.0.1:1' }));
        await pair('a');
        await store.write('a', { keys: [{ type: 't', id: '1', value: bytes('v') }] });
        const session = await store.erase('a', 'logged_out');
        expect(session).toMatchObject({
          ...nobody,
          phoneNumber: identity.phoneNumber,
          paired: false,
          status: 'logged_out',
          name: 'n',
        });
        expect(await store.readCreds('a')).toBeUndefined();
        expect(await readKey('a', 't', '1')).toBeUndefined();
      });

      test('many types are written together, and null deletes', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        await store.write('a', {
          creds: bytes('next'),
          keys: [
            { type: 'pre-key', id: '1', value: bytes('p1') },
            { type: 'session', id: '1', value: bytes('s1') },
            { type: 'session', id: '15551234567.0', value: bytes('s2') },
          ],
        });
        await store.write('a', {
          keys: [
            { type: 'session', id: '1', value: null },
            { type: 'session', id: 'never', value: null },
            { type: 'pre-key', id: '1', value: bytes('p1b') },
          ],
        });
        expect(text(await store.readCreds('a'))).toBe('next');
        const sessions = await store.readKeys('a', 'session', ['1', '15551234567.0', 'never']);
        expect([...sessions.keys()]).toEqual(['15551234567.0']);
        expect(await readKey('a', 'pre-key', '1')).toBe('p1b');
      });

      test('of several changes of one key the last counts', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        const change = (id: string, value: string | null) => ({
          type: 't',
          id,
          value: value === null ? null : bytes(value),
        });
        await store.write('a', {
          keys: [
            change('1', 'old'),
            change('2', null),
            change('1', 'new'),
            change('2', 'put'),
            change('3', 'x'),
          ],
        });
        await store.write('a', { keys: [change('3', 'y'), change('3', null)] });
        expect(await readKey('a', 't', '1')).toBe('new');
        expect(await readKey('a', 't', '2')).toBe('put');
        expect(await readKey('a', 't', '3')).toBeUndefined();
      });

      test('a key id may be any text', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        const ids = ['', '"]', "'; --", '__proto__', 'Žofia 🙂', '\n\\u0031', '10', '1e1'];
        await store.write('a', { keys: ids.map((id) => ({ type: 't', id, value: bytes(`of ${id}`) })) });
        const read = await store.readKeys('a', 't', ids);
        expect(new Map([...read].map(([id, value]) => [id, text(value)]))).toEqual(
          new Map(ids.map((id) => [id, `of ${id}`])),
        );
      });

      test('any bytes come back unchanged: none, all values, a view into a larger buffer', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        const all = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
        const view = Buffer.from('xxINNERxx').subarray(2, 7);
        const values = { empty: new Uint8Array(0), all, view };
        const keys = Object.entries(values).map(([id, value]) => ({ type: 't', id, value }));
        await store.write('a', { keys });
        view.fill(0);
        const read = await store.readKeys('a', 't', Object.keys(values));
        expect(read.get('empty')).toEqual(new Uint8Array(0));
        expect(Buffer.compare(read.get('all') ?? Buffer.of(), all)).toBe(0);
        expect(text(read.get('view'))).toBe('INNER');
      });

      test('812 keys at once', async () => {
        await store.create(draftOf('a'));
        const ofKey = (number: number) => ({ type: 'pre-key', id: `${number}`, value: bytes(`v${number}`) });
        const keys = Array.from({ length: 812 }, (_, index) => ofKey(index + 1));
        await store.commitPairing('a', { creds: bytes('c'), keys });
        const read = await store.readKeys('a', 'pre-key', [...keys.map(({ id }) => id), '813']);
        expect(read.size).toBe(812);
        expect(text(read.get('812'))).toBe('v812');
      });

      test('sessions do not see each other', async () => {
        for (const id of ['a', 'b']) {
          await store.create(draftOf(id));
          await pair(id, `creds of ${id}`);
          await store.write(id, { keys: [{ type: 't', id: '1', value: bytes(id) }] });
        }
        await store.erase('a', 'logged_out');
        expect(text(await store.readCreds('b'))).toBe('creds of b');
        expect(await readKey('b', 't', '1')).toBe('b');
      });

      test('nothing is written for a removed session', async () => {
        const write = () => store.write('a', { creds: bytes('late') });
        await expect(write()).rejects.toMatchObject({ code: 'not_found' });
        await expect(pair('a')).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.erase('a', 'logged_out')).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.recordLogin('a', identity)).rejects.toMatchObject({ code: 'not_found' });
        await store.create(draftOf('a'));
        await expect(write()).rejects.toMatchObject({ code: 'not_paired' });
        await pair('a');
        await store.erase('a', 'logged_out');
        await expect(write()).rejects.toMatchObject({ code: 'not_paired' });
        expect(await store.readCreds('a')).toBeUndefined();
        expect((await store.get('a'))?.paired).toBe(false);
      });

      test('a write that fails half-way leaves nothing', async () => {
        await store.create(draftOf('a'));
        await pair('a', 'before');
        const poisoned = {
          type: 't',
          id: '2',
          get value(): Uint8Array {
            throw new Error('half-way');
          },
        };
        const keys = [{ type: 't', id: '1', value: bytes('one') }, poisoned];
        await expect(store.write('a', { creds: bytes('after'), keys })).rejects.toThrow('half-way');
        await expect(store.commitPairing('a', { creds: bytes('after'), keys })).rejects.toThrow('half-way');
        expect(text(await store.readCreds('a'))).toBe('before');
        expect(await readKey('a', 't', '1')).toBeUndefined();
        expect(await store.get('a')).toMatchObject({ ...identity, paired: true, unconfirmed: false });
      });

      test('writes that are not awaited keep their order', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        const values = Array.from({ length: 20 }, (_, index) => `v${index}`);
        await Promise.all(values.map((value) => store.write('a', { creds: bytes(value) })));
        expect(text(await store.readCreds('a'))).toBe('v19');
      });
    });
  });
}
