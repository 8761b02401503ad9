import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventKind } from '../../src/sandbox/event-log.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { expectAllOrNothing, expectNothingOf, scanIfAlive } from '../support/cli-all-or-nothing.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
  await place.run(['create', 'a', '--no-connect']);
});
afterEach(() => place.remove());

/** Pairs, and ends the process the hard way when the nth event of this kind happens on the server. */
async function killAt(kind: EventKind, nth = 1, faults: readonly Fault[] = []): Promise<string | undefined> {
  for (const fault of faults) place.sandbox.fault(fault);
  const pairing = place.start(['qr', 'a', '--json']);
  let seen = 0;
  const stop = place.sandbox.events.on((event) => {
    if (event.kind === kind && ++seen === nth) pairing.kill('SIGKILL');
  });
  const qr = await pairing.qr().catch(() => undefined);
  if (qr !== undefined) scanIfAlive(place, qr);
  await pairing.exited;
  stop();
  place.sandbox.clearFaults();
  return qr;
}

const beforeTheProof: readonly [EventKind, number?][] = [
  ['connection_opened'],
  ['refs_sent'],
  ['refs_received'],
  ['scanned'],
];
const afterTheProof: readonly [EventKind, number?][] = [
  ['paired'],
  ['connection_closed'],
  ['logged_in'],
  ['pre_keys_uploaded'],
  ['active'],
  ['first_sync_sent'],
];

describe('kill -9', () => {
  it.each(beforeTheProof)('at %s leaves nothing', async (kind) => {
    const qr = await killAt(kind);
    expect(await expectAllOrNothing(place, qr)).toBe('not paired');
  });

  it('while pair-success is on its way leaves all or nothing', async () => {
    const qr = await killAt('pair_success_sent');
    await expectAllOrNothing(place, qr);
  });

  it('when the second connection is opened leaves all', async () => {
    const qr = await killAt('connection_opened', 2);
    expect(await expectAllOrNothing(place, qr)).toBe('paired');
  });

  it.each(afterTheProof)('at %s leaves all', async (kind) => {
    const qr = await killAt(kind);
    expect(await expectAllOrNothing(place, qr)).toBe('paired');
  });

  it.each([...beforeTheProof, ...afterTheProof])('at %s, on a slow line', async (kind) => {
    const qr = await killAt(kind, 1, [{ kind: 'delay', ms: 15, times: 2 }]);
    await expectAllOrNothing(place, qr);
  });

  it('when the program says that it is logged in', async () => {
    const pairing = place.start(['qr', 'a', '--json']);
    const qr = await pairing.qr();
    place.sandbox.scan(qr);
    await pairing.event(({ status }) => status === 'logged_in');
    pairing.kill('SIGKILL');
    await pairing.exited;
    expect(await expectAllOrNothing(place, qr)).toBe('paired');
  });

  it('of a create leaves at most its record, which qr pairs', async () => {
    const creating = place.start(['create', 'b', '--json']);
    const qr = await creating.qr();
    creating.kill('SIGKILL');
    await creating.exited;
    await expectNothingOf(place, qr);
    expect(await place.run(['status', 'b'])).toMatchObject({ status: 4 });
    const again = await place.run(['create', 'b', '--json']);
    expect(again).toMatchObject({ status: 3 });
    expect(again.stdout).toContain('pair it with: wactl qr b; or remove it with: wactl delete b');
    const pairing = place.start(['qr', 'b', '--json']);
    place.sandbox.scan(await pairing.qr());
    expect(await pairing.exited).toMatchObject({ status: 0 });
  });

  it('of a pairing by code leaves nothing', async () => {
    const pairing = place.start(['pair', 'a', '+15550100001', '--code', 'ABCDEFGH', '--json']);
    await pairing.event(({ event }) => event === 'pair_code');
    pairing.kill('SIGKILL');
    await pairing.exited;
    expect((await place.stored()).includes('ABCDEFGH')).toBe(false);
    expect(await expectAllOrNothing(place, undefined)).toBe('not paired');
  });
});
