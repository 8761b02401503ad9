import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectAllOrNothing, scanIfAlive } from '../support/cli-all-or-nothing.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
  await place.run(['create', 'a', '--no-connect']);
});
afterEach(() => place.remove());

const cuts = [
  { on: 'registration', stanzas: [1, 2, 3] },
  { on: 'login', stanzas: [1, 2, 3, 4] },
] as const;
const rows = cuts.flatMap(({ on, stanzas }) =>
  stanzas.flatMap((at) => [
    { on, at, direction: 'received' as const },
    { on, at, direction: 'sent' as const },
  ]),
);

it.each(rows)('a cut connection leaves all or nothing, and the program says which: %o', async (cut) => {
  place.sandbox.fault({ kind: 'drop', ...cut });
  const pairing = place.start(['qr', 'a', '--json']);
  const qr = await pairing.qr().catch(() => undefined);
  if (qr !== undefined) scanIfAlive(place, qr);
  const { status, stdout } = await pairing.exited;
  place.sandbox.clearFaults();
  expect(jsonLines(stdout).at(-1)).toMatchObject({ event: status === 0 ? 'logged_in' : 'error' });
  const outcome = await expectAllOrNothing(place, qr);
  if (status === 0) expect(outcome).toBe('paired');
});
