import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../../src/keys/file-keys.ts';
import { openPostgres } from '../../../src/store/postgres/open-postgres.ts';
import { Place } from '../../support/cli-place.ts';
import { pairSessions } from '../../support/pair-sessions.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../../support/webhook-receiver.ts';
import { FleetDatabase } from './database.ts';
import { Machine } from './machine.ts';
import { startReaper } from './start-reaper.ts';

export type FleetOptions = {
  readonly machines: number;
  readonly sessions: number;
  readonly leaseTermMs: number;
};

/** Machines with a `serve` each that share the sessions of one PostgreSQL, with an emulated WhatsApp and a receiver of webhooks. */
export class Fleet {
  readonly place: Place;
  readonly database: FleetDatabase;
  readonly machines: readonly Machine[];
  readonly receiver: WebhookReceiver;
  readonly leaseTermMs: number;
  /** The messages that phones have sent, by their ids. */
  readonly sent: string[] = [];
  readonly #sendings: { readonly id: string; readonly jid: string; readonly at: number }[] = [];
  /** Those that may be lost, because the database forgot them. */
  readonly forgiven = new Set<string>();
  /** How many connections were open at the login of another of the same device: WhatsApp then ends them with 440. */
  replaced = 0;
  /** Which device WhatsApp was told of a message by, and when. */
  readonly told = new Map<string, { readonly jid: string; readonly at: Date }>();
  readonly #reap: () => Promise<void>;

  private constructor(
    parts: Pick<Fleet, 'place' | 'database' | 'machines' | 'receiver'>,
    leaseTermMs: number,
    reap: () => Promise<void>,
  ) {
    ({
      place: this.place,
      database: this.database,
      machines: this.machines,
      receiver: this.receiver,
    } = parts);
    this.leaseTermMs = leaseTermMs;
    this.#reap = reap;
    const { events } = this.place.sandbox;
    events.on((event) => {
      if (event.kind === 'delivered') this.told.set(event.id, { jid: event.jid, at: new Date() });
      if (event.kind !== 'logged_in') return;
      const device = this.place.sandbox.device(event.jid.replace(/@.*/, ''));
      this.replaced += [...(device?.connections ?? [])].filter(({ isOpen }) => isOpen).length - 1;
    });
  }

  static async make({ machines: count, sessions, leaseTermMs }: FleetOptions): Promise<Fleet> {
    const names = Array.from({ length: count }, (_, index) => `h${String(index + 1)}`);
    const place = await Place.make();
    const receiver = await startWebhookReceiver();
    const database = await FleetDatabase.start(names);
    const reap = startReaper([place.home, database.server.socketDirectory]);
    const keys = join(place.home, 'keys');
    await mkdir(keys, { mode: 0o700 });
    await pairAll(place, database, { keys, sessions, url: receiver.url, role: names[0] ?? '' });
    await database.watch(leaseTermMs);
    const machines = await Promise.all(
      names.map((name) =>
        Machine.make(
          {
            place,
            name,
            store: (port) => database.address(name, port),
            databasePort: database.server.port,
          },
          join(keys, 'wactl.key'),
        ),
      ),
    );
    return new Fleet({ place, database, machines, receiver }, leaseTermMs, reap);
  }

  /** Sends each device messages, a few a second, until the result is called. */
  chat(random: () => number): () => Promise<void> {
    let isOver = false;
    const sending = (async () => {
      while (!isOver) {
        for (const { jid } of this.place.sandbox.devices) if (random() < 0.3) this.#send(jid);
        await sleep(50 + random() * 200);
      }
    })();
    return async () => {
      isOver = true;
      await sending;
    };
  }

  /** The messages to a device since then, by `performance.now()`. */
  sentTo(jid: string, since: number): readonly string[] {
    return this.#sendings.flatMap((one) => (one.jid === jid && one.at >= since ? [one.id] : []));
  }

  /** Those that WhatsApp was not told to have arrived. */
  get waiting(): readonly string[] {
    return this.place.sandbox.devices.flatMap((device) =>
      device.undelivered.map(({ attrs }) => attrs['id'] ?? ''),
    );
  }

  #send(jid: string): void {
    const at = performance.now();
    const id = this.place.sandbox.sendText(jid, `message ${String(this.sent.length)}`);
    this.sent.push(id);
    this.#sendings.push({ id, jid, at });
  }

  /** Whether every device has a connection. */
  get isOnline(): boolean {
    return this.place.sandbox.devices.every(({ online }) => online);
  }

  /** The machines by how many sessions they hold. */
  async holders(): Promise<ReadonlyMap<Machine, number>> {
    const rows = await this.database.sql(
      `SELECT machine, count(*)::int AS count FROM wactl.leases JOIN audit.leases USING (lease_id)
       WHERE expires_at > clock_timestamp() GROUP BY machine`,
    );
    const counts = new Map(rows.map((row) => [row['machine'], Number(row['count'])]));
    return new Map(this.machines.map((machine) => [machine, counts.get(machine.name) ?? 0]));
  }

  /** Whether every `serve` that runs takes its share. */
  async isShared(): Promise<boolean> {
    const aside = await this.database.sql(
      `SELECT 1 FROM wactl.hosts WHERE is_draining = 1
       AND seen_at > clock_timestamp() - interval '${String(this.leaseTermMs)} milliseconds'`,
    );
    return aside.length === 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine.close()));
    await this.place.remove();
    await this.receiver.close();
    await this.database.server.stop();
    await this.#reap();
  }
}

type Pairing = {
  readonly keys: string;
  readonly sessions: number;
  readonly url: string;
  readonly role: string;
};

async function pairAll(
  { sandbox }: Place,
  database: FleetDatabase,
  { keys, sessions, url, role }: Pairing,
): Promise<void> {
  const store = await openPostgres({
    address: database.address(role),
    clock: systemClock,
    keys: ownFileKeys(keys),
    host: { id: 'pairing', name: 'pairing' },
    process: { version: '0.0.0', pid: process.pid },
  });
  try {
    const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
    const scan = (payload: string, number: string): unknown => sandbox.scan(payload, sandbox.phone(number));
    await pairSessions({ store, endpoint, scan }, sessions);
    const webhook = { url, events: ['message'], secret: null, viaProxy: false } as const;
    const { sessions: all } = await store.list({ page: 1, perPage: sessions });
    for (const { id } of all) await store.update(id, { webhook });
  } finally {
    await store.close();
  }
}
