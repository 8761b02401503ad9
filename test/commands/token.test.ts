import { expect, it } from 'vitest';
import { runToken } from '../../src/commands/token.ts';
import { outcome, world } from '../support/fake-context.ts';

const create = { action: 'create', name: 'ci', scope: 'pair' } as const;

it('create prints the token alone on stdout, and what it may do on stderr', async () => {
  const { cx, io, store, has } = world();
  await has({ id: 'shop' });
  expect(await outcome(runToken(cx, { ...create, session: 'sh' }))).toBe(0);
  expect(io.stdout).toHaveLength(1);
  expect(await store.tokens.find(io.stdout[0] ?? '')).toMatchObject({ scope: 'pair', sessionId: 'shop' });
  expect(io.stderr).toEqual([
    'ci may read, pair, and bring sessions online or offline; for shop alone',
    'the token is not shown again:',
  ]);
});

it('create with --json gives one document with the token', async () => {
  const { cx, io } = world({ io: { json: true } });
  await runToken(cx, create);
  expect(JSON.parse(io.stdout[0] ?? '')).toEqual({
    name: 'ci',
    scope: 'pair',
    session: null,
    created_at: '2026-03-01T12:00:00.000Z',
    last_used_at: null,
    token: expect.stringMatching(/^wactl_/) as string,
  });
});

it.each([
  [{ ...create, session: 'none' }, /^not_found \(3\): no session is called "none"/],
  [create, /^already_exists \(3\): a token called "ci" already exists .*wactl token revoke ci/],
])('create %j is refused: %s', async (options, words) => {
  const { cx, io } = world();
  await runToken(cx, create);
  expect(await outcome(runToken(cx, options))).toMatch(words);
  expect(io.stdout).toHaveLength(1);
});

it('list shows when each was last used, and never the token', async () => {
  const { cx, io, store } = world();
  await runToken(cx, create);
  await store.tokens.noteUse('ci');
  const [token = ''] = io.stdout;
  await runToken(cx, { action: 'list' });
  expect(io.stdout.slice(1).join('\n')).toContain('2026-03-01T12:00:00.000Z');
  expect(io.stdout.slice(1).join('\n')).not.toContain(token);
});

it('list of none says how to make one', async () => {
  const { cx, io } = world();
  await runToken(cx, { action: 'list' });
  expect(io.stderr).toEqual(['no tokens; create one with: wactl token create NAME --scope read']);
});

it('revoke asks first', async () => {
  const { cx, store } = world();
  await runToken(cx, create);
  expect(await outcome(runToken(cx, { action: 'revoke', name: 'ci', yes: false }))).toContain('add --yes');
  expect(await store.tokens.list()).toHaveLength(1);
  expect(await outcome(runToken(cx, { action: 'revoke', name: 'ci', yes: true }))).toBe(0);
  expect(await store.tokens.list()).toEqual([]);
  expect(await outcome(runToken(cx, { action: 'revoke', name: 'ci', yes: true }))).toBe(
    'not_found (3): no token is called "ci" | see them with: wactl token list',
  );
});
