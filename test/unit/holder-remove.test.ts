import { describe, expect, it } from 'vitest';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { FakeLine, Script } from '../support/fake-whatsapp.ts';
import { kept, pairing, quiet } from '../support/shared-holding.ts';

const { signal } = new AbortController();
const unlink = { signal, unlink: true };
const keep = { signal, unlink: false };
const online: Script = (line) => line.logsIn();
const refuses: Script = (line) => line.closes('logged_out', 401);
const proven = { creds: Buffer.from('proven'), keys: [] };

/** A login whose logouts are counted. */
function counted(unlinked: string[]): Script {
  return (line) => {
    line.logout = () => Promise.resolve(void unlinked.push('unlinked'));
    line.logsIn();
  };
}

describe('removing a session', () => {
  it('that is paired unlinks it first', async () => {
    const unlinked: string[] = [];
    const { holder, store, whatsapp } = await holding([counted(unlinked)], {});
    await holder.remove({ id: 'a' }, unlink);
    expect(unlinked).toHaveLength(1);
    expect(whatsapp.line.hungUp).toBe(true);
    expect(await store.get('a')).toBeUndefined();
  });

  it('that is not paired contacts no one', async () => {
    const { holder, store, whatsapp } = await holding([]);
    await holder.remove({ id: 'a' }, unlink);
    expect(whatsapp.lines).toEqual([]);
    expect(await store.get('a')).toBeUndefined();
  });

  it('whose pairing was cut short unlinks what the phone may list', async () => {
    const unlinked: string[] = [];
    const { holder, store } = await holding([counted(unlinked)]);
    await store.commitPairing('a', proven);
    await holder.remove({ id: 'a' }, unlink);
    expect(unlinked).toHaveLength(1);
    expect(await store.get('a')).toBeUndefined();
  });

  it.each([
    ['paired', true],
    ['unconfirmed', false],
  ])('that is %s and that the phone does not list removes only the record', async (_, isPaired) => {
    const { holder, store } = await holding([refuses], ...(isPaired ? [{}] : []));
    if (!isPaired) await store.commitPairing('a', proven);
    await holder.remove({ id: 'a' }, unlink);
    expect(await store.get('a')).toBeUndefined();
  });

  it('keeps everything when WhatsApp cannot be reached, unless the phone need not be told', async () => {
    const { holder, store } = await holding([(line) => line.closes('unreachable')]);
    await store.commitPairing('a', proven);
    expect(await rejection(holder.remove({ id: 'a' }, unlink))).toMatchObject({ code: 'unreachable' });
    expect(await store.readCreds('a')).toBeDefined();
    await holder.remove({ id: 'a' }, keep);
    expect(await store.get('a')).toBeUndefined();
  });

  it('keeps everything when WhatsApp does not answer in time', async () => {
    const { holder, store, clock } = await holding([() => undefined], {});
    const removing = rejection(holder.remove({ id: 'a' }, { ...unlink, timeoutMs: 1_000 }));
    await clock.advance(1_000);
    expect(await removing).toMatchObject({ code: 'timed_out' });
    expect(await store.readCreds('a')).toBeDefined();
  });

  it('unlinks what another command has paired after the first device was unlinked', async () => {
    const unlinked: string[] = [];
    const { holder, store, whatsapp } = await holding([
      (line) => {
        line.logout = async () => {
          unlinked.push('first');
          await Promise.resolve();
        };
        line.logsIn();
      },
      counted(unlinked),
    ]);
    await store.commitPairing('a', proven);
    const remove = store.remove.bind(store);
    let isPairedAgain = false;
    Object.assign(store, {
      remove: async (...asked: Parameters<typeof remove>) => {
        if (!isPairedAgain) await store.commitPairing('a', proven);
        isPairedAgain = true;
        return remove(...asked);
      },
    });
    await holder.remove({ id: 'a' }, unlink);
    expect(unlinked).toEqual(['first', 'unlinked']);
    expect(whatsapp.lines).toHaveLength(2);
    expect(await store.get('a')).toBeUndefined();
  });

  it('that another process keeps online unlinks it there', async () => {
    const unlinked: string[] = [];
    const { first, other, ended } = await kept([counted(unlinked)]);
    await other.remove({ id: 'a' }, unlink);
    expect(unlinked).toHaveLength(1);
    expect(await ended).toMatchObject({ code: 'logged_out' });
    expect(await first.store.get('a')).toBeUndefined();
  });

  it('stops a pairing of another process', async () => {
    const { first, other, ended } = await pairing([(line) => line.qr(1)]);
    await other.remove({ id: 'a' }, unlink);
    expect(await ended).toMatchObject({ code: 'pairing_expired' });
    expect(await first.store.get('a')).toBeUndefined();
  });

  it('that another process has just paired unlinks the new device', async () => {
    const unlinked: string[] = [];
    let line: FakeLine | undefined;
    const { first, other, ended } = await pairing([
      async (one) => {
        line = one;
        await one.pairs();
      },
      counted(unlinked),
    ]);
    const removing = other.remove({ id: 'a' }, unlink);
    await settled();
    expect(line?.hungUp).toBe(true);
    await removing;
    await ended;
    expect(unlinked).toHaveLength(1);
    expect(await first.store.get('a')).toBeUndefined();
  });

  it('that is already gone succeeds', async () => {
    const { first, other, ended } = await kept([online]);
    const { store } = first;
    const leaseOf = store.leases.leaseOf.bind(store.leases);
    Object.assign(store.leases, {
      leaseOf: async (id: string) => {
        const lease = await leaseOf(id);
        await first.holder.disconnect({ id }, { signal });
        await store.remove(id, { evenLinked: true });
        return lease;
      },
    });
    await other.remove({ id: 'a' }, unlink);
    await quiet();
    expect(await ended).toMatchObject({ status: 'disconnected' });
  });
});
