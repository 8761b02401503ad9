import { describe, expect, it } from 'vitest';
import { holding, rejection } from '../support/fake-holding.ts';
import type { Holding } from '../support/fake-holding.ts';
import { someProfile, somebody } from '../support/fake-whatsapp.ts';
import type { Script } from '../support/fake-whatsapp.ts';
import { quiet } from '../support/shared-holding.ts';

const byQr = { kind: 'pair_by_qr' } as const;
const online: Script = (line) => line.logsIn();
const refuses: Script = (line) => line.closes('logged_out', 401);
const away: Script = (line) => line.closes('unreachable');
const scanned: Script = async (line) => {
  line.qr(1);
  await line.pairs();
  line.logsIn();
};
const { signal } = new AbortController();
const ignore = (): void => undefined;

/** A session whose pairing was cut short before its first login. */
async function cutShort(scripts: readonly Script[]): Promise<Holding> {
  const world = await holding(scripts);
  await world.store.commitPairing('a', { creds: Buffer.from('proven'), keys: [] });
  return world;
}

const confirmed = { ...somebody, paired: true, unconfirmed: false, status: 'disconnected' };
const nobody = { phoneNumber: null, paired: false, unconfirmed: false, status: 'disconnected' };
const undecided = { phoneNumber: null, paired: false, unconfirmed: true, status: 'disconnected' };
const refused = { lastClose: { reason: 'pairing_refused', code: 401 } };
const goals = ({ whatsapp }: Holding) => whatsapp.lines.map(({ request }) => request.goal.kind);

describe('a pairing that was cut short', () => {
  it('is confirmed by a check that logs in', async () => {
    const world = await cutShort([online]);
    const live = await world.holder.check(await world.session(), { signal });
    expect(live).toMatchObject({ status: 'logged_in', profile: someProfile, session: confirmed });
    expect(await world.session()).toMatchObject(confirmed);
  });

  it('is dropped by a check that WhatsApp refuses: it was never paired', async () => {
    const world = await cutShort([refuses]);
    const live = await world.holder.check(await world.session(), { signal });
    expect(live).toMatchObject({ status: 'disconnected', profile: null, close: refused.lastClose });
    expect(await world.session()).toMatchObject({ ...nobody, ...refused });
    expect(await world.store.readCreds('a')).toBeUndefined();
  });

  it('stays as it is when WhatsApp cannot be asked', async () => {
    const world = await cutShort([away]);
    const live = await world.holder.check(await world.session(), { signal });
    expect(live).toMatchObject({ status: 'disconnected', close: { reason: 'unreachable' } });
    expect(await world.session()).toMatchObject(undecided);
  });

  it('is confirmed by going online', async () => {
    const world = await cutShort([online]);
    const keeping = world.holder.keepOnline(await world.session(), { signal, maxRetries: 1 }, ignore);
    await quiet();
    expect(await world.session()).toMatchObject(confirmed);
    await world.process(2).holder.disconnect({ id: 'a' }, { signal });
    await keeping;
  });

  it('ends the attempt to go online when WhatsApp refuses it', async () => {
    const world = await cutShort([refuses]);
    const keeping = world.holder.keepOnline(await world.session(), { signal, maxRetries: 1 }, ignore);
    expect(await rejection(keeping)).toMatchObject({ code: 'pairing_refused' });
    expect(await world.session()).toMatchObject(nobody);
  });

  it('is finished by the next pairing, which then pairs nothing', async () => {
    const world = await cutShort([online]);
    const paired = await world.holder.pair(await world.session(), byQr, { signal }, world.onEvent);
    expect(paired).toMatchObject(confirmed);
    expect(goals(world)).toEqual(['login']);
    expect(world.told).toEqual(['connecting', 'connected', 'logged_in']);
  });

  it('is paired anew once WhatsApp has refused it', async () => {
    const world = await cutShort([refuses, scanned]);
    const paired = await world.holder.pair(await world.session(), byQr, { signal }, ignore);
    expect(paired).toMatchObject(confirmed);
    expect(goals(world)).toEqual(['login', 'pair_by_qr']);
  });

  it('is not paired anew while the phone may list it', async () => {
    const world = await cutShort([away]);
    const pairing = world.holder.pair(await world.session(), byQr, { signal }, ignore);
    expect(await rejection(pairing)).toMatchObject({ code: 'unreachable' });
    expect(goals(world)).toEqual(['login']);
    expect(await world.session()).toMatchObject(undecided);
  });

  it.each([
    ['confirms it', [online, online], ['login', 'login']],
    ['has it paired anew', [refuses, scanned], ['login', 'pair_by_qr']],
  ])('%s in a process that keeps running, and stays online there', async (_, scripts, expected) => {
    const world = await cutShort(scripts);
    const { holder, lifetime } = world.process(2);
    const options = { signal: lifetime.signal, stayOnline: { maxRetries: 1 } };
    expect(await holder.pair(await world.session(), byQr, options, ignore)).toMatchObject(confirmed);
    expect(goals(world)).toEqual(expected);
    expect(await holder.held({ id: 'a' }, { signal })).toMatchObject({ stays: true, status: 'logged_in' });
    await holder.disconnect({ id: 'a' }, { signal });
  });

  it('is unlinked by a logout', async () => {
    const world = await cutShort([online]);
    const result = await world.holder.logout(await world.session(), { signal });
    expect(result).toMatchObject({
      status: 'logged_out',
      details: expect.stringMatching(/^unlinked/) as string,
    });
    expect(await world.session()).toMatchObject({ paired: false, unconfirmed: false, status: 'logged_out' });
  });

  it('needs no logout when the phone does not list it', async () => {
    const world = await cutShort([refuses]);
    expect(await world.holder.logout(await world.session(), { signal })).toMatchObject({
      status: 'disconnected',
      details: 'not paired, so there was nothing to unlink',
    });
    expect(await world.session()).toMatchObject(nobody);
  });
});
