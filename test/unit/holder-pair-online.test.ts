import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { Holding } from '../support/fake-holding.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import type { FakeLine, Script } from '../support/fake-whatsapp.ts';

const byQr = { kind: 'pair_by_qr' } as const;
const byCode = { kind: 'pair_by_code', phone: '15551234567', pushNotification: true } as const;
const online: Script = (line) => line.logsIn();
const showing: Script = (line) => line.qr(1);
const stop = new InterruptedError('SIGTERM');
const { signal } = new AbortController();

async function scanned(line: FakeLine): Promise<void> {
  await line.pairs();
  line.logsIn();
}

/** A pairing in a process that stays. */
async function pairing(scripts: readonly Script[]) {
  const world = await holding(scripts);
  const { holder, lifetime } = world.process(2);
  const options = { signal: lifetime.signal, stayOnline: { maxRetries: 2 } };
  const paired = holder.pair(await world.session(), byQr, options, world.onEvent);
  paired.catch(() => undefined);
  await quiet();
  return { ...world, holder, lifetime, paired };
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settled();
}

const leaseIds = async ({ store }: Pick<Holding, 'store'>) =>
  (await store.leases.leases()).map(({ leaseId }) => leaseId);

describe('a session that is paired to stay online', () => {
  it('stays online on the connection that logged it in, under the same lease', async () => {
    const world = await pairing([showing]);
    const lease = await leaseIds(world);
    await scanned(world.whatsapp.line);
    expect(await world.paired).toMatchObject({ id: 'a', paired: true });
    expect(world.told).toEqual(['connecting', 'qr 1', 'connecting', 'connected', 'logged_in']);
    expect(await world.holder.held({ id: 'a' }, { signal })).toMatchObject({
      stays: true,
      status: 'logged_in',
    });
    expect(await leaseIds(world)).toEqual(lease);
    expect(world.whatsapp.lines).toMatchObject([{ hungUp: false, isOpen: true }]);
    expect(await world.holder.check(await world.session(), { signal })).toMatchObject({
      status: 'logged_in',
      profile: someProfile,
    });
    const connected = world.holder.bringOnline(await world.session(), { signal, maxRetries: 2 });
    expect(await connected).toMatchObject({ status: 'logged_in' });
    world.whatsapp.line.message('m1');
    world.lifetime.abort(stop);
    await quiet();
    expect(await leaseIds(world)).toEqual([]);
    expect(world.whatsapp.lines).toMatchObject([{ hungUp: true, isOpen: false }]);
    expect((await world.session()).messageCount).toBe(1);
    // Who paired it is told of the pairing alone.
    expect(world.told).toHaveLength(5);
  });

  it('reconnects within the stored retry budget', async () => {
    const world = await pairing([showing, online, (line) => line.closes('unreachable')]);
    await scanned(world.whatsapp.line);
    await world.paired;
    world.whatsapp.line.closes('connection_lost', 428);
    await world.clock.advance(250);
    expect(world.whatsapp.lines.map(({ request }) => request.goal)).toEqual([byQr, { kind: 'login' }]);
    expect((await world.session()).retries).toBe(1);
    world.whatsapp.line.closes('connection_lost', 428);
    await world.clock.advance(500);
    await quiet();
    expect(await world.session()).toMatchObject({ status: 'failed', paired: true });
    expect(await leaseIds(world)).toEqual([]);
  });

  it('logs in on a new connection when the first is lost after the proof', async () => {
    const world = await pairing([showing, online]);
    await world.whatsapp.line.pairs();
    world.whatsapp.line.closes('connection_lost');
    await world.clock.advance(250);
    expect((await world.paired).paired).toBe(true);
    expect(world.whatsapp.line.isOpen).toBe(true);
    world.lifetime.abort(stop);
    await quiet();
  });

  it('is paired another way when a caller asks for that', async () => {
    const world = await pairing([showing, showing]);
    const joined = world.holder.pair(await world.session(), byCode, { signal }, () => undefined);
    await quiet();
    expect(world.whatsapp.lines.map(({ request }) => request.goal)).toEqual([byQr, byCode]);
    await scanned(world.whatsapp.line);
    expect(await joined).toMatchObject({ paired: true });
    expect(await world.paired).toMatchObject({ paired: true });
    const again = world.holder.pair(await world.session(), byQr, { signal }, () => undefined);
    expect(await again).toMatchObject({ paired: true });
    expect(world.whatsapp.lines).toHaveLength(2);
    world.lifetime.abort(stop);
    await quiet();
  });

  it('is taken offline like any other', async () => {
    const world = await pairing([showing]);
    await scanned(world.whatsapp.line);
    await world.paired;
    const result = await world.holder.disconnect(await world.session(), { signal });
    expect(result).toMatchObject({
      status: 'disconnected',
      details: 'taken offline; its credentials are kept',
    });
    expect(await leaseIds(world)).toEqual([]);
  });

  it('is unlinked on its open connection', async () => {
    const world = await pairing([showing]);
    await scanned(world.whatsapp.line);
    await world.paired;
    const result = await world.holder.logout(await world.session(), { signal });
    expect(result).toMatchObject({ status: 'logged_out' });
    expect(await world.session()).toMatchObject({ paired: false, status: 'logged_out' });
    expect(world.whatsapp.lines).toHaveLength(1);
  });
});

describe('a pairing that was to stay online', () => {
  it('ends by a disconnect, and leaves the store as it was', async () => {
    const world = await pairing([(line) => line.closes('restart_required', 515), showing]);
    await world.clock.advance(0);
    const before = await world.session();
    const result = await world.holder.disconnect(before, { signal });
    expect(result).toMatchObject({ details: 'the pairing was stopped' });
    expect(await rejection(world.paired)).toMatchObject({ code: 'pairing_expired' });
    expect(await leaseIds(world)).toEqual([]);
    expect(await world.session()).toEqual(before);
    expect(before.updatedAt).toEqual(before.createdAt);
  });

  it('ends when nobody scans, after the lease is released', async () => {
    const world = await pairing([showing]);
    world.whatsapp.line.closes('pairing_expired');
    expect(await rejection(world.paired)).toMatchObject({ code: 'pairing_expired' });
    expect(await leaseIds(world)).toEqual([]);
  });

  it('ends with its process', async () => {
    const world = await pairing([showing]);
    world.lifetime.abort(stop);
    expect(await rejection(world.paired)).toBe(stop);
    await quiet();
    expect(world.whatsapp.line.hungUp).toBe(true);
    expect(await leaseIds(world)).toEqual([]);
  });
});
