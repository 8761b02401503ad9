import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionStore } from '../../src/ports/store.ts';
import type { Session } from '../../src/domain/session.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { bytes, draftOf, identity, start } from '../support/store-drafts.ts';
import type { StoreMaker } from '../support/store-drafts.ts';

/** The contract of every SessionStore for records. */
export function sessionRecordsContract(name: string, make: StoreMaker): void {
  describe(`${name}: the contract of SessionStore`, () => {
    let store: SessionStore;
    let nowMs: number;

    beforeEach(async () => {
      nowMs = start;
      store = await make(() => new Date(nowMs));
    });
    afterEach(() => store.close());

    const ids = (page: { sessions: readonly Session[] }): string[] => page.sessions.map(({ id }) => id);
    const found = async (search: string): Promise<string[]> =>
      ids(await store.list({ search, page: 1, perPage: 100 }));
    const pair = (id: string) => pairInStore(store, id, identity);

    describe('records', () => {
      test('a new session is disconnected, not paired, and otherwise empty', async () => {
        const session = await store.create(draftOf('a'));
        expect(session).toEqual({
          id: 'a',
          name: null,
          status: 'disconnected',
          paired: false,
          unconfirmed: false,
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
          otherWebhooks: [],
          proxy: null,
          endpoint: null,
          wantsOnline: false,
          retries: 0,
          fence: null,
        });
        expect(await store.get('a')).toEqual(session);
      });

      test('every field that it was created with comes back', async () => {
        const draft = draftOf('full', {
          name: 'Podpora 🛟 % _ \' "',
          webhook: {
            url: 'https://example.com/hook',
            events: ['message', 'session.qr'],
            secret: 'whsec_x',
            headers: { 'x-key': 'v', authorization: 'Bearer x' },
            viaProxy: false,
          },
          proxy: 'socks5://user:password@127.0.0.1:1080',
          endpoint: { url: 'ws://127.0.0.1:9', rootKey: 'ab'.repeat(32) },
        });
        await store.create(draft);
        expect(await store.get('full')).toMatchObject(draft);
        const [listed] = (await store.list({ page: 1, perPage: 1 })).sessions;
        expect(listed?.webhook?.headers).toEqual(draft.webhook?.headers);
      });

      test('an id can be used once', async () => {
        await store.create(draftOf('a', { name: 'first' }));
        await expect(store.create(draftOf('a', { name: 'second' }))).rejects.toMatchObject({
          code: 'already_exists',
          hint: 'pair it with: wactl qr a; or remove it with: wactl delete a',
        });
        expect((await store.get('a'))?.name).toBe('first');
      });

      test('a missing session is undefined, and cannot be changed', async () => {
        expect(await store.get('ghost')).toBeUndefined();
        await expect(store.update('ghost', { retries: 1 })).rejects.toMatchObject({ code: 'not_found' });
      });

      test('an update changes the fields that it names, and the time', async () => {
        const before = await store.create(draftOf('a', { name: 'old', proxy: 'http://127.0.0.1:1' }));
        nowMs += 1;
        const patch = {
          status: 'failed',
          lastClose: {
            reason: 'banned',
            code: 402,
            at: new Date(start + 500),
            detail: 'Ž',
            banCode: 101,
            expiresAt: new Date(start + 900),
          },
          lastConnectedAt: new Date(start + 100),
          lastSeenAt: new Date(start + 200),
          messageCount: 7,
          wantsOnline: true,
          retries: 3,
          fence: { reason: 'moved', at: new Date(start + 300) },
          pushName: 'Ž',
          webhook: { url: 'http://127.0.0.1/', events: [], secret: null, viaProxy: false },
          otherWebhooks: [
            {
              name: 'constructor',
              url: 'http://127.0.0.1/2',
              events: ['message'],
              secret: 'Ž secret',
              headers: { 'x-key': 'v' },
              viaProxy: true,
            },
          ],
        } as const;
        const after = await store.update('a', patch);
        expect(after).toEqual({ ...before, ...patch, updatedAt: new Date(start + 1) });
        expect(await store.get('a')).toEqual(after);
      });

      test('null clears a field', async () => {
        await store.create(draftOf('a', { name: 'n', proxy: 'http://127.0.0.1:1' }));
        await store.update('a', { lastClose: { reason: 'ended_here', code: null, at: new Date(start) } });
        const after = await store.update('a', { name: null, proxy: null, lastClose: null, fence: null });
        expect(after).toMatchObject({ name: null, proxy: null, lastClose: null, fence: null });
      });

      test('a NUL in a name from outside is dropped', async () => {
        await store.create(draftOf('a', { name: 'a\0b' }));
        expect(await store.update('a', { pushName: 'c\0d' })).toMatchObject({ name: 'ab', pushName: 'cd' });
      });

      test('a returned session is a copy', async () => {
        const session = await store.create(draftOf('a'));
        session.createdAt.setTime(0);
        expect((await store.get('a'))?.createdAt).toEqual(new Date(start));
      });

      test('removing deletes everything, and tells whether the session existed', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        expect(await store.remove('a', { evenLinked: true })).toBe(true);
        expect(await store.remove('a', { evenLinked: true })).toBe(false);
        expect(await store.get('a')).toBeUndefined();
        expect(await store.readCreds('a')).toBeUndefined();
        await store.create(draftOf('a'));
        expect(await store.readCreds('a')).toBeUndefined();
      });
    });

    describe('removing', () => {
      test('keeps a session that a phone may list, unless told to remove that too', async () => {
        await store.create(draftOf('a'));
        await store.create(draftOf('b'));
        await pair('a');
        await store.commitPairing('b', { creds: bytes('creds'), keys: [] });
        for (const id of ['a', 'b']) {
          expect(await store.remove(id)).toBe(false);
          expect(await store.readCreds(id)).toBeDefined();
          expect(await store.remove(id, { evenLinked: true })).toBe(true);
          expect(await store.get(id)).toBeUndefined();
        }
      });

      test('removes an unlinked session', async () => {
        await store.create(draftOf('a'));
        await pair('a');
        await store.erase('a', 'logged_out');
        expect(await store.remove('a')).toBe(true);
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

      test('by status: the named ones, or all when none is named', async () => {
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

      test('a search does not match across two fields', async () => {
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

    test('closing twice is harmless, and using the store afterwards is an error', async () => {
      await store.close();
      await store.close();
      await expect(store.get('a')).rejects.toThrow('closed');
    });
  });
}
