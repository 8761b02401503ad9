import { afterEach, beforeEach, expect, it } from 'vitest';
import { messageOutcome } from '../crash/message-outcome.ts';
import { makeFleet } from '../support/fleet.ts';
import type { Fleet } from '../support/fleet.ts';
import { pairedSessions } from '../support/paired-sessions.ts';
import { describeOnPostgres } from '../support/postgres.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

const ids = ['shop-0', 'shop-1', 'shop-2', 'shop-3'];
const polled = { timeout: 60_000, interval: 50 };

describeOnPostgres('messages to sessions that change their machine', () => {
  let fleet: Fleet;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    fleet = await makeFleet(['one', 'two', 'three'], (store, { sandbox }) =>
      pairedSessions(store, sandbox, ids, receiver.url),
    );
    // So that nobody waits long for a machine that was killed.
    await fleet.sql(`INSERT INTO wactl.meta VALUES ('lease_term_ms', 6000)`);
  }, 60_000);
  afterEach(async () => {
    await fleet.end();
    await receiver.close();
  });

  /** The numbers of sessions that the machines hold, most first; none while a device is offline. */
  const spread = async (): Promise<number[]> => {
    const sql = `SELECT count(*)::int AS count FROM wactl.leases
      WHERE status = 'logged_in' GROUP BY server_id ORDER BY 1 DESC`;
    const counts = (await fleet.sql(sql)).map(({ count }) => Number(count));
    return fleet.place.sandbox.devices.every(({ online }) => online) ? counts : [];
  };
  /** Writes to each device again whenever it has a message, and when it goes offline. Resolves to the messages once all have arrived. */
  const chat = () => {
    const { sandbox } = fleet.place;
    const sent = new Map<string, string[]>();
    const write = (jid: string): void => {
      const all = sent.get(jid) ?? [];
      sent.set(jid, all);
      all.push(sandbox.sendText(jid, String(all.length)));
    };
    const stop = sandbox.events.on((event) => {
      const { kind } = event;
      if (kind === 'delivered' && sent.get(event.jid)?.includes(event.id)) write(event.jid);
      // It waits until the device comes back.
      if (kind === 'connection_closed' && event.jid !== null) write(event.jid);
    });
    for (const { jid } of sandbox.devices) write(jid);
    return async () => {
      stop();
      await sandbox.events.until(() => sandbox.devices.every(({ undelivered }) => undelivered.length === 0));
      return sent;
    };
  };
  /** By session, in the order in which they were told first. */
  const textsOf = (): ReadonlyMap<string, readonly string[]> => {
    const texts = new Map<string, string[]>(ids.map((id) => [id, []]));
    const events = new Map(receiver.received.map(({ id, body }) => [id, body]));
    for (const body of events.values()) {
      const { data } = JSON.parse(body) as { data: { id: string; text: string } };
      texts.get(data.id)?.push(data.text);
    }
    return texts;
  };
  /** Waits until the receiver has all messages. Resolves to how many deliveries came again. */
  const assertTold = async (sent: ReadonlyMap<string, readonly string[]>): Promise<number> => {
    const all = [...sent.values()].flat();
    await expect.poll(() => messageOutcome(all, receiver).lost, polled).toEqual([]);
    const { split, repeated } = messageOutcome(all, receiver);
    expect(split).toEqual([]);
    for (const [jid, { length }] of sent) {
      const id = ids[Number(jid.charAt(jid.indexOf(':') - 1))] ?? '';
      expect([id, textsOf().get(id)]).toEqual([id, Array.from({ length }, (_, at) => String(at))]);
    }
    expect(fleet.place.sandbox.devices.map(({ maxConnections }) => maxConnections)).toEqual(ids.map(() => 1));
    return repeated;
  };

  it('arrive in order, one event each, when sessions are evened out and when a machine stops', async () => {
    const one = await fleet.serve('one');
    await expect.poll(spread, polled).toEqual([4]);
    const end = chat();
    await fleet.serve('two');
    await expect.poll(spread, polled).toEqual([2, 2]);
    one.serve.kill('SIGTERM');
    await one.serve.exited;
    await expect.poll(spread, polled).toEqual([4]);
    expect(await assertTold(await end())).toBe(0);
  }, 120_000);

  it('arrive in order, one event each, when a machine is killed', async () => {
    const one = await fleet.serve('one');
    await fleet.serve('two');
    await expect.poll(spread, polled).toEqual([2, 2]);
    const end = chat();
    await fleet.place.sandbox.waitFor('delivered');
    one.serve.kill('SIGKILL');
    await one.serve.exited;
    await expect.poll(spread, polled).toEqual([4]);
    await assertTold(await end());
  }, 120_000);
});
