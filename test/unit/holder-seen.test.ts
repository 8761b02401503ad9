import { expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { holding } from '../support/fake-holding.ts';
import { keep } from '../support/keep-online.ts';

it('an idle session that hears pings was seen when it last heard one, with few writes', async () => {
  const held = await holding([(line) => line.logsIn()], {});
  held.clock.chance = 0.5;
  const update = held.store.update.bind(held.store);
  let writes = 0;
  held.store.update = (id, patch) => {
    writes += 1;
    return update(id, patch);
  };
  const [ended] = await keep(held);
  await settled();
  writes = 0;
  // A ping every half a minute, for an hour.
  for (let ping = 0; ping < 120; ping++) {
    held.whatsapp.line.heardAt = held.clock.now();
    await held.clock.advance(30_000);
  }
  const { lastSeenAt } = await held.session();
  expect(held.clock.now().getTime() - (lastSeenAt?.getTime() ?? 0)).toBeLessThanOrEqual(10 * 60_000);
  expect(writes).toBeGreaterThan(5);
  expect(writes).toBeLessThan(10);
  held.interrupt.abort(new InterruptedError('SIGINT'));
  await ended;
  expect(held.clock.sleeping).toEqual([]);
});
