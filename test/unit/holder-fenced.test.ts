import { describe, expect, it } from 'vitest';
import { pairSession } from '../../src/app/pair-session.ts';
import { deleteSession } from '../../src/app/delete-session.ts';
import { holding, rejection } from '../support/fake-holding.ts';

const fence = { reason: 'moved', at: new Date('2026-01-02T03:04:05.678Z') } as const;
const fenced = { code: 'fenced', exitStatus: 6 };

describe('a fenced session', () => {
  it('is not connected by a login of any kind', async () => {
    const { holder, interrupt, session, whatsapp } = await holding([], { fence });
    const { signal } = interrupt;
    const options = { signal, maxRetries: 3 };
    expect(await rejection(holder.keepOnline(await session(), options, () => undefined))).toMatchObject(
      fenced,
    );
    expect(await rejection(holder.restart(await session(), { signal }))).toMatchObject(fenced);
    expect(await rejection(holder.logout(await session(), { signal }))).toMatchObject(fenced);
    expect(await rejection(holder.remove(await session(), { signal, unlink: true }))).toMatchObject(fenced);
    expect(whatsapp.lines).toEqual([]);
    expect(await session()).toMatchObject({ fence, paired: true });
  });

  it('is checked without a connection: it is offline, and says why', async () => {
    const { holder, interrupt, session, whatsapp } = await holding([], { fence });
    const live = await holder.check(await session(), { signal: interrupt.signal });
    expect(live).toMatchObject({ status: 'disconnected', profile: null, session: { fence } });
    expect(whatsapp.lines).toEqual([]);
  });

  it('that is fenced while it is being taken is not connected either', async () => {
    const { holder, interrupt, session, store, whatsapp } = await holding([], {});
    const before = await session();
    await store.update('a', { fence });
    const options = { signal: interrupt.signal, maxRetries: 3 };
    expect(await rejection(holder.keepOnline(before, options, () => undefined))).toMatchObject(fenced);
    expect(whatsapp.lines).toEqual([]);
  });

  it('can be paired again, at once, and is not fenced then', async () => {
    const { holder, interrupt, session, store, onEvent } = await holding(
      [
        async (line) => {
          await line.pairs();
          line.logsIn();
        },
      ],
      { fence },
    );
    const parts = { records: () => Promise.resolve(store), holder: () => Promise.resolve(holder) };
    const goal = { kind: 'pair_by_qr' } as const;
    const { already } = await pairSession(parts, 'a', goal, { signal: interrupt.signal }, onEvent);
    expect(already).toBe(false);
    expect(await session()).toMatchObject({ paired: true, fence: null });
  });

  it('is deleted here without being unlinked: the copy elsewhere goes on', async () => {
    const { holder, interrupt, store, whatsapp } = await holding([], { fence });
    const parts = { records: () => Promise.resolve(store), holder: () => Promise.resolve(holder) };
    expect(await deleteSession(parts, 'a', { signal: interrupt.signal })).toEqual({
      id: 'a',
      notUnlinked: null,
    });
    expect(await store.get('a')).toBeUndefined();
    expect(whatsapp.lines).toEqual([]);
  });

  it('has no fence any more once its credentials are erased', async () => {
    const { session, store } = await holding([], { fence });
    await store.erase('a', 'logged_out');
    expect(await session()).toMatchObject({ fence: null, paired: false });
  });
});
