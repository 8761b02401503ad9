import { describe, expect, it } from 'vitest';
import { runDelete } from '../../src/commands/delete.ts';
import { runLogout } from '../../src/commands/logout.ts';
import { InterruptedError, UsageError, WactlError } from '../../src/errors.ts';
import { ClosedError } from '../../src/domain/closed-error.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { WorldParts } from '../support/fake-context.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const json = { io: { json: true } };
const details = 'unlinked from the phone';

/** WhatsApp hears of every session, but of those named. */
const hears = (...unreachable: string[]): WorldParts => {
  const answer = ({ id }: { readonly id: string }): Promise<void> =>
    unreachable.includes(id)
      ? Promise.reject(new ClosedError({ reason: 'unreachable', code: null, at }, { id, endpoint: null }))
      : Promise.resolve();
  return {
    holder: {
      logout: (session) => answer(session).then(() => ({ id: session.id, status: 'logged_out', details })),
      remove: (session, { unlink }) => (unlink ? answer(session) : Promise.resolve()),
    },
  };
};

describe('delete', () => {
  const deleting = { ids: ['a'], yes: true, force: false };
  const forceHint =
    'nothing was deleted; try again, or delete it only here with --force and then unlink it on the phone';

  it('unlinks and deletes the session', async () => {
    const asked: unknown[] = [];
    const made = world({
      ...json,
      holder: {
        remove: ({ id }, { unlink, timeoutMs, signal }) => {
          asked.push([id, unlink, timeoutMs, signal]);
          return Promise.resolve();
        },
      },
    });
    await made.has({ id: 'a' }, {});
    expect(await outcome(runDelete(made.cx, { ...deleting, timeout: 5_000 }))).toBe(0);
    expect(made.io.stdout).toEqual(['{"deleted":true,"id":"a"}']);
    expect(asked).toEqual([['a', true, 5_000, made.interrupt.signal]]);
  });

  it('of a fenced session does not unlink it, and says so', async () => {
    const asked: unknown[] = [];
    const remove = (_: unknown, { unlink }: { readonly unlink: boolean }): Promise<void> => {
      asked.push(unlink);
      return Promise.resolve();
    };
    const { cx, io, has } = world({ io: { canPrompt: true, answers: [true] }, holder: { remove } });
    await has({ id: 'a' }, { fence: { reason: 'moved', at } });
    expect(await outcome(runDelete(cx, { ...deleting, yes: false }))).toBe(0);
    expect(io.stderr).toEqual(['Delete a (+15551234567) for good? [y/N]']);
    expect(io.stdout).toEqual(['a: deleted here; the phone still lists its device']);
    expect(asked).toEqual([false]);
  });

  it('of a session whose process does not answer says how to end that process', async () => {
    const stuck = new WactlError('in_use', 'a is held by process 7', 'end that process');
    const { cx, has } = world({ holder: { remove: () => Promise.reject(stuck) } });
    await has({ id: 'a' });
    const failure = 'in_use (6): a is held by process 7 | end that process';
    expect(await outcome(runDelete(cx, deleting))).toBe(failure);
    expect(await outcome(runDelete(cx, { ...deleting, force: true }))).toBe(failure);
  });

  it.each([
    [true, 0],
    [false, 'declined (2): nothing was done'],
  ])('asks first; the answer %s is %s', async (answer, result) => {
    const { cx, io, has } = world({
      ...(answer ? hears() : {}),
      io: { canPrompt: true, answers: [answer] },
    });
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, yes: false }))).toBe(result);
    expect(io.stderr).toEqual(['Delete a (+15551234567) for good, and unlink it from its phone? [y/N]']);
  });

  it('refuses without a terminal to ask on', async () => {
    const { cx, has } = world();
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, yes: false }))).toMatch(/^usage \(2\).* \| add --yes$/);
  });

  it('that a server refuses keeps the hint of the server', async () => {
    const refused = new UsageError('the token r may only read', 'use another token');
    const { cx, has } = world({ holder: { remove: () => Promise.reject(refused) } });
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, deleting))).toBe(
      'usage (2): the token r may only read | use another token',
    );
  });

  it('that cannot reach WhatsApp says that nothing was deleted', async () => {
    const { cx, has } = world(hears('a'));
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, deleting))).toBe(
      `unreachable (5): a: WhatsApp cannot be reached | ${forceHint}`,
    );
  });

  it('with --force deletes it anyway, and says what is left to do', async () => {
    const { cx, io, has } = world({ ...hears('a'), ...json });
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, force: true }))).toBe(0);
    expect(io.stdout).toEqual(['{"deleted":true,"id":"a"}']);
    expect(io.stderr).toEqual([
      'warning: a: WhatsApp cannot be reached; unlink it on the phone: Settings > Linked devices',
    ]);
  });

  it('with --force is still stopped by a signal', async () => {
    const reason = new InterruptedError('SIGINT');
    const made = world({
      holder: {
        remove: () => {
          made.interrupt.abort(reason);
          return Promise.reject(reason);
        },
      },
    });
    await made.has({ id: 'a' }, {});
    expect(await outcome(runDelete(made.cx, { ...deleting, force: true }))).toMatch(/^interrupted \(130\)/);
  });

  it('of several sessions asks once, deletes what it can, and exits with the worst status', async () => {
    const { cx, io, has } = world({ ...hears('b'), ...json });
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
  });

  it('of several sessions names each, and says nothing of phones that list none', async () => {
    const { cx, io, has } = world({ io: { canPrompt: true, answers: [false] } });
    await has({ id: 'a' });
    await has({ id: 'b' });
    await outcome(runDelete(cx, { ...deleting, ids: ['a', 'b', 'a'], yes: false }));
    expect(io.stderr).toEqual(['Delete a, b for good? [y/N]']);
  });

  it('takes no prefix: run twice, it does not delete the session whose id begins so', async () => {
    const { cx, has, store } = world({
      holder: { remove: async ({ id }) => void (await store.remove(id, { evenLinked: true })) },
    });
    await has({ id: 'kiosk' }, {});
    await has({ id: 'kiosk-2' }, {});
    const twice = { ...deleting, ids: ['kiosk'] };
    expect(await outcome(runDelete(cx, twice))).toBe(0);
    expect(await outcome(runDelete(cx, twice))).toBe(
      'not_found (3): no session is called "kiosk" | this needs the whole id; did you mean: kiosk-2',
    );
    expect(await store.get('kiosk-2')).toBeDefined();
  });

  it('of several sessions deletes none if one does not exist', async () => {
    const { cx, has } = world();
    await has({ id: 'a' }, {});
    expect(await outcome(runDelete(cx, { ...deleting, ids: ['a', 'x'] }))).toMatch(/^not_found \(3\)/);
  });
});

describe('logout', () => {
  it('prints the result', async () => {
    const { cx, io, has } = world({ ...hears(), ...json });
    await has({ id: 'alpha' }, {});
    expect(await outcome(runLogout(cx, { id: 'alpha', yes: true }))).toBe(0);
    expect(io.documents).toEqual([{ id: 'alpha', status: 'logged_out', details }]);
  });

  it.each([
    [true, 0],
    [false, 'declined (2): nothing was done'],
  ])('asks first; the answer %s is %s', async (answer, result) => {
    const { cx, io, has } = world({ ...(answer ? hears() : {}), io: { canPrompt: true, answers: [answer] } });
    await has({ id: 'a' }, {});
    expect(await outcome(runLogout(cx, { id: 'a', yes: false }))).toBe(result);
    expect(io.stderr).toEqual(['Unlink a (+15551234567) from its phone? [y/N]']);
  });

  it('refuses without a terminal to ask on', async () => {
    const { cx, has } = world();
    await has({ id: 'a' }, {});
    expect(await outcome(runLogout(cx, { id: 'a', yes: false }))).toMatch(/^usage \(2\)/);
  });

  it('takes no prefix', async () => {
    const { cx, has } = world();
    await has({ id: 'alpha' }, {});
    expect(await outcome(runLogout(cx, { id: 'al', yes: true }))).toBe(
      'not_found (3): no session is called "al" | this needs the whole id; did you mean: alpha',
    );
  });

  it('that cannot reach WhatsApp fails', async () => {
    const { cx, has } = world(hears('a'));
    await has({ id: 'a' }, {});
    expect(await outcome(runLogout(cx, { id: 'a', yes: true, timeout: 1 }))).toMatch(/^unreachable \(5\)/);
  });
});
