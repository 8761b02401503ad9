import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewSession, SessionStore } from '../../src/session/session-store.ts';
import type { Identity, Session } from '../../src/session/session.ts';

/** Makes an empty store that tells the time by `now`. */
export type StoreMaker = (now: () => Date) => SessionStore;

export const draftOf = (id: string, rest: Partial<NewSession> = {}): NewSession => ({
  id,
  name: null,
  webhook: null,
  proxy: null,
  endpoint: null,
  ...rest,
});

export const identity: Identity = {
  phoneNumber: '15551234567',
  whatsappJid: '15551234567:12@s.whatsapp.net',
  lid: '987654321:12@lid',
  platform: 'android',
  pushName: 'Žofia',
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value);
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** What every SessionStore does. */
export function sessionStoreContract(name: string, make: StoreMaker): void {
  describe(`${name}: the contract of SessionStore`, () => {
    let store: SessionStore;
    let nowMs: number;

    beforeEach(() => {
      nowMs = start;
      store = make(() => new Date(nowMs));
    });
    afterEach(() => store.close());

    const ids = (page: { sessions: readonly Session[] }): string[] => page.sessions.map(({ id }) => id);
    const found = async (search: string): Promise<string[]> =>
      ids(await store.list({ search, page: 1, perPage: 100 }));
    const pair = (id: string, creds = 'creds') =>
      store.commitPairing(id, { creds: bytes(creds), keys: [] }, identity);
    const readKey = async (id: string, type: string, keyId: string) =>
      text((await store.readKeys(id, type, [keyId])).get(keyId));

    describe('records', () => {
      test('a new session is disconnected, not paired, and knows nothing yet', async () => {
        const session = await store.create(draftOf('a'));
        expect(session).toEqual({
          id: 'a',
          name: null,
          status: 'disconnected',
          paired: false,
          phoneNumber: null,
          pushName: null,
          whatsappJid: null,
          lid: null,
          platform: null,
          createdAt: new Date(start),
          updatedAt: new Date(start),
          lastConnectedAt: null,
          lastSeenAt: null,
          messageCount: 0,
          lastClose: null,
          webhook: null,
          proxy: null,
          endpoint: null,
          wantsOnline: false,
          retries: 0,
        });
        expect(await store.get('a')).toEqual(session);
      });

      test('everything that it was made with comes back', async () => {
        const draft = draftOf('full', {
          name: 'Podpora 🛟 % _ \' "',
          webhook: {
            url: 'https://example.com/hook',
            events: ['message', 'session.qr'],
            secret: 'whsec_x',
            viaProxy: false,
          },
          proxy: 'socks5://user:password@127.0.0.1:1080',
          endpoint: { url: 'ws://127.0.0.1:9', rootKey: 'ab'.repeat(32) },
        });
        await store.create(draft);
        expect(await store.get('full')).toMatchObject(draft);
      });

      test('an id can be taken once', async () => {
        await store.create(draftOf('a', { name: 'first' }));
        await expect(store.create(draftOf('a', { name: 'second' }))).rejects.toMatchObject({
          code: 'already_exists',
          hint: 'pair it with: wactl qr a; or remove it with: wactl delete a',
        });
        expect((await store.get('a'))?.name).toBe('first');
      });

      test('what is not there is undefined, and cannot be changed', async () => {
        expect(await store.get('ghost')).toBeUndefined();
        await expect(store.update('ghost', { retries: 1 })).rejects.toMatchObject({ code: 'not_found' });
      });

      test('an update changes what it names, and the time', async () => {
        const before = await store.create(draftOf('a', { name: 'old', proxy: 'http://127.0.0.1:1' }));
        nowMs += 1;
        const patch = {
          status: 'failed',
          lastClose: { reason: 'banned', code: 403, at: new Date(start + 500) },
          lastConnectedAt: new Date(start + 100),
          lastSeenAt: new Date(start + 200),
          messageCount: 7,
          wantsOnline: true,
          retries: 3,
          pushName: 'Ž',
          webhook: { url: 'http://127.0.0.1/', events: [], secret: null, viaProxy: false },
        } as const;
        const after = await store.update('a', patch);
        expect(after).toEqual({ ...before, ...patch, updatedAt: new Date(start + 1) });
        expect(await store.get('a')).toEqual(after);
      });

      test('null takes a thing away', async () => {
        await store.create(draftOf('a', { name: 'n', proxy: 'http://127.0.0.1:1' }));
        await store.update('a', { lastClose: { reason: 'ended_here', code: null, at: new Date(start) } });
        const after = await store.update('a', { name: null, proxy: null, lastClose: null });
        expect(after).toMatchObject({ name: null, proxy: null, lastClose: null });
      });

      test('a NUL in a name from outside is dropped', async () => {
        await store.create(draftOf('a', { name: 'a\0b' }));
        expect(await store.update('a', { pushName: 'c\0d' })).toMatchObject({ name: 'ab', pushName: 'cd' });
      });

      test('what is handed out is a copy', async () => {
        const session = await store.create(draftOf('a'));
        session.createdAt.setTime(0);
        expect((await store.get('a'))?.createdAt).toEqual(new Date(start));
      });

      test('removing takes everything, and says whether there was anything', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        expect(await store.remove('a')).toBe(true);
        expect(await store.remove('a')).toBe(false);
        expect(await store.get('a')).toBeUndefined();
        expect(await store.readCreds('a')).toBeUndefined();
        await store.create(draftOf('a'));
        expect(await store.readCreds('a')).toBeUndefined();
      });
    });

    describe('finding', () => {
      const create = async (...sessionIds: string[]) => {
        for (const id of sessionIds) await store.create(draftOf(id));
      };

      test('pages go by creation, then by id', async () => {
        await create('b', 'a');
        nowMs -= 1;
        await create('z');
        nowMs += 2;
        await create('c');
        const page = (number: number) => store.list({ page: number, perPage: 3 });
        expect(ids(await page(1))).toEqual(['z', 'a', 'b']);
        expect(ids(await page(2))).toEqual(['c']);
        expect(await page(3)).toEqual({ sessions: [], total: 4 });
      });

      test('by status: those, or all where none is named', async () => {
        await create('a', 'b', 'c');
        await store.update('b', { status: 'failed' });
        await store.update('c', { status: 'logged_out' });
        const list = async (...statuses: Session['status'][]) =>
          ids(await store.list({ statuses, page: 1, perPage: 10 }));
        expect(await list('failed')).toEqual(['b']);
        expect(await list('logged_out', 'failed')).toEqual(['b', 'c']);
        expect(await list('connected')).toEqual([]);
        expect(await list()).toEqual(['a', 'b', 'c']);
      });

      test('a search looks into id, name, phone number and push name', async () => {
        await create('alpha', 'beta', 'gamma', 'delta');
        await store.update('beta', { name: 'The Alphabet' });
        await pair('gamma');
        await store.update('delta', { pushName: 'Zuzka' });
        expect(await found('ALPHA')).toEqual(['alpha', 'beta']);
        expect(await found('5551234')).toEqual(['gamma']);
        expect(await found('zuz')).toEqual(['delta']);
        expect(await found('žofia')).toEqual(['gamma']);
        expect(await found('nobody')).toEqual([]);
        expect(await found('')).toHaveLength(4);
      });

      test.each([
        ['100%', ['percent']],
        ['%', ['percent']],
        ['_', ['under']],
        ['a_b', ['under']],
        ['*', []],
        ["'", ['quote']],
        ['ŽLUŤ', ['czech']],
        ['z\u030C', ['czech']],
        ['σοφός', ['greek']],
        ['ΣΟΦΌΣ', ['greek']],
        ['STRASSE', ['german']],
        ['🛟', ['emoji']],
        ['name 🛟', ['emoji']],
      ])('searching %j finds %j', async (search, expected) => {
        const names = {
          percent: '100% wool',
          under: 'a_b',
          quote: "it's",
          czech: 'žluťoučký',
          greek: 'Σοφός',
          german: 'Straße',
          emoji: 'name 🛟',
          plain: 'aXb 100 wool',
        };
        for (const [id, name] of Object.entries(names)) await store.create(draftOf(id, { name }));
        expect(await found(search)).toEqual(expected);
      });

      test('a search is not fooled by where one field ends and the next begins', async () => {
        await store.create(draftOf('ab', { name: 'cd' }));
        expect(await found('bc')).toEqual([]);
        expect(await found('b\nc')).toEqual([]);
      });

      test('status and search together, counted over all pages', async () => {
        await create('x1', 'x2', 'x3', 'y1');
        for (const id of ['x1', 'x3', 'y1']) await store.update(id, { status: 'failed' });
        const page = await store.list({ statuses: ['failed'], search: 'x', page: 2, perPage: 1 });
        expect([ids(page), page.total]).toEqual([['x3'], 2]);
      });

      test.each([
        ['a', ['a', 'a-1', 'a.b', 'a_b', 'ab']],
        ['a_', ['a_b']],
        ['%', []],
        ['a.', ['a.b']],
        ['b', ['b']],
        ['bb', []],
        ['', ['a', 'a-1', 'a.b', 'a_b', 'ab', 'b']],
      ])('ids that begin with %j: %j', async (prefix, expected) => {
        await create('ab', 'b', 'a_b', 'a', 'a.b', 'a-1');
        expect(await store.idsWithPrefix(prefix, 10)).toEqual(expected);
        expect(await store.idsWithPrefix(prefix, 2)).toEqual(expected.slice(0, 2));
      });
    });

    describe('credentials', () => {
      test('a proven pairing is kept whole, and makes the record say who it is', async () => {
        await store.create(draftOf('a'));
        await store.update('a', {
          status: 'logged_out',
          retries: 4,
          lastClose: { reason: 'logged_out', code: 401, at: new Date(start) },
        });
        const keys = [{ type: 'pre-key', id: '1', value: bytes('one') }];
        const session = await store.commitPairing('a', { creds: bytes('c'), keys }, identity);
        const resting = { status: 'disconnected', paired: true, lastClose: null, retries: 0 };
        expect(session).toMatchObject({ ...identity, ...resting });
        expect(await store.get('a')).toEqual(session);
        expect(text(await store.readCreds('a'))).toBe('c');
        expect(await readKey('a', 'pre-key', '1')).toBe('one');
      });

      test('a new pairing leaves nothing of the one before', async () => {
        await store.create(draftOf('a'));
        const keys = [{ type: 'session', id: 'x', value: bytes('old') }];
        await store.commitPairing('a', { creds: bytes('old'), keys }, identity);
        await store.commitPairing('a', { creds: bytes('new'), keys: [] }, { ...identity, lid: null });
        expect(text(await store.readCreds('a'))).toBe('new');
        expect(await readKey('a', 'session', 'x')).toBeUndefined();
        expect((await store.get('a'))?.lid).toBeNull();
      });

      test('erasing forgets who it was, keeps the record', async () => {
        await store.create(draftOf('a', { name: 'n', proxy: 'http://127.0.0.1:1' }));
        await pair('a');
        await store.write('a', { keys: [{ type: 't', id: '1', value: bytes('v') }] });
        const nobody = { phoneNumber: null, whatsappJid: null, lid: null, platform: null, pushName: null };
        const session = await store.erase('a', 'logged_out');
        expect(session).toMatchObject({ ...nobody, paired: false, status: 'logged_out', name: 'n' });
        expect(await store.readCreds('a')).toBeUndefined();
        expect(await readKey('a', 't', '1')).toBeUndefined();
      });

      test('many types are written together, null deletes', async () => {
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

      test('any bytes come back as they were: none, all values, a view into a larger buffer', async () => {
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
        await store.commitPairing('a', { creds: bytes('c'), keys }, identity);
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

      test('nothing is written for a ghost', async () => {
        const write = () => store.write('a', { creds: bytes('late') });
        await expect(write()).rejects.toMatchObject({ code: 'not_found' });
        await expect(pair('a')).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.erase('a', 'logged_out')).rejects.toMatchObject({ code: 'not_found' });
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
        await expect(
          store.commitPairing('a', { creds: bytes('after'), keys }, { ...identity, phoneNumber: '1' }),
        ).rejects.toThrow('half-way');
        expect(text(await store.readCreds('a'))).toBe('before');
        expect(await readKey('a', 't', '1')).toBeUndefined();
        expect((await store.get('a'))?.phoneNumber).toBe(identity.phoneNumber);
      });

      test('writes that are not waited for keep their order', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        const values = Array.from({ length: 20 }, (_, index) => `v${index}`);
        await Promise.all(values.map((value) => store.write('a', { creds: bytes(value) })));
        expect(text(await store.readCreds('a'))).toBe('v19');
      });
    });

    test('closing twice is harmless, using it afterwards is an error', async () => {
      await store.close();
      await store.close();
      await expect(store.get('a')).rejects.toThrow('closed');
    });
  });
}
