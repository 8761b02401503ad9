import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokens } from '../../src/ports/tokens.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import { draftOf } from '../support/store-drafts.ts';

type Store = SessionStore & { readonly tokens: AccessTokens };
export type TokensMaker = (now: () => Date) => Store | Promise<Store>;

const start = new Date('2026-01-02T03:04:05.678Z');
const forAll = { name: 'ci', scope: 'read', sessionId: null } as const;

/** The contract of every AccessTokens. */
export function tokensContract(name: string, make: TokensMaker): void {
  describe(`${name}: the contract of AccessTokens`, () => {
    let now: Date;
    let store: Store;
    let tokens: AccessTokens;

    beforeEach(async () => {
      now = start;
      store = await make(() => now);
      tokens = store.tokens;
      await store.create(draftOf('a'));
    });
    afterEach(() => store.close());

    test('a token is found by itself alone, and not by its name or a part of it', async () => {
      const { token, record } = await tokens.create(forAll);
      expect(record).toEqual({ ...forAll, createdAt: start, lastUsedAt: null });
      expect(token).toMatch(/^wactl_[\w-]{43}$/);
      expect(await tokens.find(token)).toEqual(record);
      for (const wrong of ['', 'ci', token.slice(0, -1), `${token}x`, token.toUpperCase()])
        expect(await tokens.find(wrong)).toBeUndefined();
    });

    test('a token is put elsewhere by its hash, in the place of one of its name; not without its session', async () => {
      const { token } = await tokens.create(forAll);
      const { token: ofSession } = await tokens.create({ name: 'board', scope: 'admin', sessionId: 'a' });
      const kept = await tokens.listKept();
      expect(kept.map(({ name }) => name)).toEqual(['board', 'ci']);
      expect(JSON.stringify(kept)).not.toContain(token);
      const record = await tokens.find(token);
      // Of an empty database.
      const other = await make(() => now);
      const { token: lost } = await other.tokens.create({ ...forAll, scope: 'admin' });
      await other.putWhole([], { tokens: kept });
      expect(await other.tokens.find(token)).toEqual(record);
      expect(await other.tokens.find(lost)).toBeUndefined();
      expect(await other.tokens.find(ofSession)).toBeUndefined();
      await other.create(draftOf('a'));
      await other.putWhole([], { tokens: kept.map((one) => ({ ...one, name: `${one.name}-2` })) });
      expect((await other.tokens.list()).map(({ name }) => name)).toEqual(['board-2', 'ci-2']);
      await other.close();
    });

    test('each token is another one, and they are listed by name', async () => {
      const one = await tokens.create(forAll);
      const other = await tokens.create({ name: 'board', scope: 'admin', sessionId: 'a' });
      expect(one.token).not.toBe(other.token);
      expect((await tokens.list()).map((token) => token.name)).toEqual(['board', 'ci']);
      expect(await tokens.find(other.token)).toMatchObject({ scope: 'admin', sessionId: 'a' });
    });

    test('a name that is taken, and a session that is not there, are refused', async () => {
      await tokens.create(forAll);
      await expect(tokens.create({ ...forAll, scope: 'admin' })).rejects.toThrow('already exists');
      await expect(tokens.create({ name: 'x', scope: 'read', sessionId: 'b' })).rejects.toThrow(
        'no session is called "b"',
      );
      expect(await tokens.list()).toHaveLength(1);
    });

    test('a revoked token is worth nothing, and its name is free', async () => {
      const { token } = await tokens.create(forAll);
      await tokens.revoke('ci');
      expect(await tokens.find(token)).toBeUndefined();
      await expect(tokens.revoke('ci')).rejects.toThrow('no token is called "ci"');
      await tokens.create(forAll);
      expect(await tokens.find(token)).toBeUndefined();
    });

    test('a token goes with its session', async () => {
      const { token } = await tokens.create({ ...forAll, sessionId: 'a' });
      await store.remove('a');
      expect(await tokens.find(token)).toBeUndefined();
      expect(await tokens.list()).toEqual([]);
    });

    test('the last use is recorded once a minute, and not after a revocation', async () => {
      await tokens.create(forAll);
      const uses: (number | undefined)[] = [];
      for (const afterMs of [0, 59_999, 60_000]) {
        now = new Date(start.getTime() + afterMs);
        await tokens.noteUse('ci');
        const last = (await tokens.list())[0]?.lastUsedAt;
        uses.push(last ? last.getTime() - start.getTime() : undefined);
      }
      expect(uses).toEqual([0, 0, 60_000]);
      await tokens.revoke('ci');
      await tokens.noteUse('ci');
      expect(await tokens.list()).toEqual([]);
    });
  });
}
