import { setTimeout as sleep } from 'node:timers/promises';
import { aMoment, moment, outlastLeases } from './bad-day.ts';
import type { BadDay } from './bad-day.ts';
import { elsewhere, handedOver, keptOn, reconnected, takenAnew } from './stated-time.ts';
import { fullDiskDays } from './full-disk-days.ts';
import { replicaDays } from './replica-days.ts';
import { upgradeDays } from './upgrade-days.ts';
import { silentLineDays } from './silent-line-days.ts';

const dayMs = 86_400_000;

export const badDays: readonly BadDay[] = [
  {
    name: 'a machine dies',
    online: elsewhere,
    async run(fleet, victim) {
      await victim.end('SIGKILL');
      await outlastLeases(fleet);
    },
  },
  {
    name: 'serve is killed, and started again',
    online: elsewhere,
    async run(fleet, victim, random) {
      await victim.end('SIGKILL');
      await aMoment(fleet, random);
      await victim.serve();
    },
  },
  {
    name: 'serve is stopped in order',
    online: handedOver,
    async run(_, victim) {
      await victim.end('SIGTERM');
    },
  },
  {
    name: 'a machine sleeps for longer than its leases last, and wakes',
    online: elsewhere,
    mayMeet: 'a sleeping machine closes no connection',
    async run(fleet, victim) {
      victim.signal('SIGSTOP');
      await outlastLeases(fleet);
    },
  },
  {
    name: 'a machine stops for a moment',
    online: keptOn,
    async run(fleet, victim, random) {
      victim.signal('SIGSTOP');
      await aMoment(fleet, random);
      victim.signal('SIGCONT');
    },
  },
  {
    name: 'the line to the database is cut',
    online: elsewhere,
    async run(fleet, victim) {
      victim.toDatabase.cut();
      await outlastLeases(fleet);
    },
  },
  {
    name: 'the line to the database says nothing, and then all at once',
    online: elsewhere,
    async run(fleet, victim) {
      victim.toDatabase.stall();
      await outlastLeases(fleet);
    },
  },
  {
    name: 'the line to the database is cut for a moment',
    online: keptOn,
    async run(fleet, victim, random) {
      victim.toDatabase.cut();
      await aMoment(fleet, random);
    },
  },
  {
    name: 'the line to WhatsApp is cut for a moment',
    online: reconnected(moment),
    async run(fleet, victim, random) {
      victim.toWhatsApp.cut();
      await aMoment(fleet, random);
    },
  },
  {
    name: 'the line of a machine to WhatsApp is cut for longer than leases last',
    online: elsewhere,
    async run(fleet, victim) {
      victim.toWhatsApp.cut();
      await outlastLeases(fleet);
    },
  },
  {
    name: 'the database is restarted',
    online: takenAnew,
    async run({ database: { server } }) {
      await server.halt('SIGINT');
      await server.resume();
    },
  },
  {
    name: 'the database crashes',
    online: takenAnew,
    async run({ database: { server } }) {
      await server.halt('SIGQUIT');
      await server.resume();
    },
  },
  {
    name: 'the database is away for longer than leases last',
    online: takenAnew,
    async run(fleet) {
      await fleet.database.server.halt('SIGQUIT');
      await outlastLeases(fleet);
      await fleet.database.server.resume();
    },
  },
  {
    name: 'connections to the database are terminated, again and again',
    online: reconnected(1 / 6),
    async run({ database, machines }) {
      const names = machines.map(({ name }) => `'${name}'`).join();
      for (let left = 10; left > 0; left -= 1) {
        await database.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN (${names})`,
        );
        await sleep(100);
      }
    },
  },
  {
    name: 'the database has no connection left',
    online: takenAnew,
    async run(fleet) {
      const { database, machines } = fleet;
      const names = machines.map(({ name }) => `'${name}'`).join();
      const all: { end(): Promise<void> }[] = [];
      // In the place of what the machines had.
      const take = async (): Promise<void> => {
        await database.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN (${names})`,
        );
        for (;;) {
          const one = await database.connected('visitor').catch(() => undefined);
          if (!one) return;
          all.push(one);
        }
      };
      try {
        for (let left = 3; left > 0; left -= 1) {
          await take();
          await sleep(fleet.leaseTermMs / 3);
        }
      } finally {
        await Promise.all(all.map((one) => one.end()));
      }
    },
  },
  {
    name: 'another program locks rows in the other order',
    online: takenAnew,
    async run({ database }) {
      const client = await database.connected('postgres');
      const rows = await client.query<{ id: string }>('SELECT id FROM wactl.sessions ORDER BY id DESC');
      for (const { id } of [...rows.rows, ...rows.rows])
        for (const statement of [
          'BEGIN',
          `SELECT 1 FROM wactl.leases WHERE session_id = '${id}' FOR UPDATE`,
          'SELECT pg_sleep(0.05)',
          `SELECT 1 FROM wactl.sessions WHERE id = '${id}' FOR UPDATE`,
          'COMMIT',
        ])
          await client.query(statement).catch(() => undefined);
      await client.end();
    },
  },
  {
    name: 'the disk of the database is full',
    online: takenAnew,
    async run(fleet) {
      await fleet.database.sql('INSERT INTO audit.full_disk VALUES (TRUE)');
      await outlastLeases(fleet);
      await fleet.database.sql('DELETE FROM audit.full_disk');
    },
  },
  {
    name: 'a copy of the database takes its place that has missed the last seconds',
    online: takenAnew,
    mayMeet: 'the copy may know other leases than those that machines have',
    async run(fleet, victim) {
      const from = fleet.sent.length;
      await fleet.database.copy();
      await victim.end('SIGTERM');
      await sleep(fleet.leaseTermMs / 2);
      await fleet.database.failOver();
      // What was stored in them is gone.
      for (const id of fleet.sent.slice(from)) fleet.forgiven.add(id);
    },
  },
  {
    name: 'a newer version of wactl has changed the tables',
    online: elsewhere,
    async run({ database }, victim, random) {
      const version = (change: number): Promise<unknown> =>
        database.sql(`UPDATE wactl.meta SET value = value + ${String(change)} WHERE key = 'schema_version'`);
      await version(1);
      await victim.end(random() < 0.5 ? 'SIGTERM' : 'SIGKILL');
      const { status, stdout } = await victim.refused();
      await version(-1);
      if (status !== 11 || !stdout.includes('a newer wactl made it'))
        throw new Error(`an older wactl ended with ${String(status)}: ${stdout}`);
    },
  },
  {
    name: 'the clock of a machine is a day off',
    // A day ago the certificate of the emulated WhatsApp was not valid yet: that machine logs nothing in.
    online: elsewhere,
    async run(fleet, victim, random) {
      await victim.end('SIGTERM');
      await victim.serve(random() < 0.5 ? dayMs : -dayMs);
      await outlastLeases(fleet);
    },
  },
  ...silentLineDays,
  ...upgradeDays,
  ...replicaDays,
  ...fullDiskDays,
];
