import { describe, expect, it } from 'vitest';
import { runDelete } from '../../src/commands/delete.ts';
import { runLogout } from '../../src/commands/logout.ts';
import { InterruptedError } from '../../src/errors.ts';
import { ClosedError } from '../../src/session/close.ts';
import type { Holder } from '../../src/session/holder.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { WorldParts } from '../support/fake-context.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const json = { io: { json: true } };
const details = 'unlinked from the phone';

/** WhatsApp hears every logout, but those of the sessions named. */
const logout =
  (...unreachable: string[]): Holder['logout'] =>
  ({ id }) =>
    unreachable.includes(id)
      ? Promise.reject(new ClosedError({ reason: 'unreachable', code: null, at }, { id, endpoint: null }))
      : Promise.resolve({ id, status: 'logged_out', details });

const hears = (...unreachable: string[]): WorldParts => ({ holder: { logout: logout(...unreachable) } });

describe('delete', () => {
  const deleting = { ids: ['a'], yes: true, force: false };
  const forceHint =
    'nothing was removed; try again, or remove it here alone with --force and then unlink it on the phone';

  it('unlinks, then removes', async () => {
    let unlinked = false;
    const made = world({
      ...json,
      holder: {
        logout: async ({ id }, { timeoutMs, signal }) => {
          expect(timeoutMs).toBe(5_000);
          expect(signal).toBe(made.interrupt.signal);
          unlinked = (await made.store.get(id)) !== undefined;
          return { id, status: 'logged_out', details };
        },
      },
    });
    await made.has({ id: 'a' }, {});
    expect(await outcome(runDelete(made.cx, { ...deleting, timeout: 5_000 }))).toBe(0);
    expect(made.io.stdout).toEqual(['{"deleted":true,"id":"a"}']);
    expect(unlinked).toBe(true);
    expect(await made.store.get('a')).toBeUndefined();
  });

  it('of a session that is not paired asks WhatsApp nothing', async () => {
    const { cx, io, has, store } = world();
    await has({ id: 'a' });
    expect(await outcome(runDelete(cx, deleting))).toBe(0);
    expect(io.stdout).toEqual(['a: removed']);
    expect(await store.get('a')).toBeUndefined();
  });

  it.each([
    [true, 0],
    [false, 'declined (2): nothing was done'],
  ])('asks first; the answer %s is %s', async (answer, result) => {
    const { cx, io, has, store } = world({ ...hears(), io: { canPrompt: true, answers: [answer] } });
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, yes: false }))).toBe(result);
    expect(io.stderr).toEqual(['Remove a for good? [y/N]']);
    expect((await store.get('a')) === undefined).toBe(answer);
  });

  it('without a terminal to ask on refuses', async () => {
    const { cx, has, store } = world(hears());
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, yes: false }))).toMatch(/^usage \(2\).* \| add --yes$/);
    expect(await store.get('a')).toMatchObject({ paired: true });
  });

  it('that WhatsApp does not hear keeps everything', async () => {
    const { cx, has, store } = world(hears('a'));
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, deleting))).toBe(
      `unreachable (5): a: WhatsApp cannot be reached | ${forceHint}`,
    );
    expect(await store.get('a')).toMatchObject({ paired: true });
    expect(await store.readCreds('a')).toBeDefined();
  });

  it('with --force removes it all the same, and says what is left to do', async () => {
    const { cx, io, has, store } = world({ ...hears('a'), ...json });
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, force: true }))).toBe(0);
    expect(io.stdout).toEqual(['{"deleted":true,"id":"a"}']);
    expect(io.stderr).toEqual([
      'warning: a: WhatsApp cannot be reached; unlink it on the phone: Settings > Linked devices',
    ]);
    expect(await store.get('a')).toBeUndefined();
  });

  it('with --force is still stopped by a signal', async () => {
    const reason = new InterruptedError('SIGINT');
    const made = world({
      holder: {
        logout: () => {
          made.interrupt.abort(reason);
          return Promise.reject(reason);
        },
      },
    });
    await made.has({ id: 'a' }, {});
    expect(await outcome(runDelete(made.cx, { ...deleting, force: true }))).toMatch(/^interrupted \(130\)/);
    expect(await made.store.get('a')).toBeDefined();
  });

  it('of several asks once, removes what it can, and ends with the worst', async () => {
    const { cx, io, has, store } = world({ ...hears('b'), ...json });
    for (const id of ['a', 'b', 'c']) await has({ id }, {});
    expect(await outcome(runDelete(cx, { ...deleting, ids: ['a', 'b', 'c'] }))).toBe(5);
    expect(io.documents).toEqual([
      [
        { deleted: true, id: 'a' },
        {
          id: 'b',
          error: {
            code: 'unreachable',
            message: 'b: WhatsApp cannot be reached',
            hint: forceHint,
            exit_status: 5,
          },
        },
        { deleted: true, id: 'c' },
      ],
    ]);
    expect((await store.list({ page: 1, perPage: 9 })).sessions.map(({ id }) => id)).toEqual(['b']);
  });

  it('of several of which one is not there removes none', async () => {
    const { cx, has, store } = world(hears());
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, ids: ['a', 'x'] }))).toMatch(/^not_found \(3\)/);
    expect(await store.get('a')).toBeDefined();
  });
});

describe('logout', () => {
  it('says what came of it', async () => {
    const { cx, io, has } = world({ ...hears(), ...json });
    await has({ id: 'alpha' }, {});
    expect(await outcome(runLogout(cx, { id: 'al', yes: true }))).toBe(0);
    expect(io.documents).toEqual([{ id: 'alpha', status: 'logged_out', details }]);
  });

  it.each([
    [true, 0],
    [false, 'declined (2): nothing was done'],
  ])('asks first; the answer %s is %s', async (answer, result) => {
    const { cx, io, has } = world({ ...(answer ? hears() : {}), io: { canPrompt: true, answers: [answer] } });
    await has({ id: 'a' }, {});
    expect(await outcome(runLogout(cx, { id: 'a', yes: false }))).toBe(result);
    expect(io.stderr).toEqual(['Unlink a from its phone? [y/N]']);
  });

  it('without a terminal to ask on refuses', async () => {
    const { cx, has } = world();
    await has({ id: 'a' }, {});
    expect(await outcome(runLogout(cx, { id: 'a', yes: false }))).toMatch(/^usage \(2\)/);
  });

  it('that WhatsApp does not hear fails', async () => {
    const { cx, has } = world(hears('a'));
    await has({ id: 'a' }, {});
    expect(await outcome(runLogout(cx, { id: 'a', yes: true, timeout: 1 }))).toMatch(/^unreachable \(5\)/);
  });
});
