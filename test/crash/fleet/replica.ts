import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLine } from '../../support/line.ts';
import type { Line } from '../../support/line.ts';
import { password, startPostgres, superuser } from '../../support/postgres-server.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { fleetSettings } from './database.ts';
import type { FleetDatabase } from './database.ts';
import type { Fleet } from './fleet.ts';

const lookEveryMs = 50;
const withinMs = 60_000;

/** A server that follows the log of a fleet's database, over a line of its own. */
export class Replica {
  readonly line: Line;
  readonly #server: PostgresServer;

  private constructor(line: Line, server: PostgresServer) {
    this.line = line;
    this.#server = server;
  }

  static async follow(database: FleetDatabase): Promise<Replica> {
    const line = await startLine(database.server.port);
    const from = `host=127.0.0.1 port=${String(line.port)} user=${superuser} password='${password}'`;
    const server = await startPostgres({
      settings: [...fleetSettings, `primary_conninfo=${from} application_name=replica`],
      async fill(data) {
        await database.copy(data);
        const signal = join(data, 'standby.signal');
        await writeFile(signal, '');
        const { uid, gid } = await stat(data);
        await chown(signal, uid, gid);
      },
    });
    await until(database, `state = 'streaming'`);
    return new Replica(line, server);
  }

  /** It has all that is stored by now. */
  async catchUp(database: FleetDatabase): Promise<void> {
    const [row] = await database.sql('SELECT pg_current_wal_flush_lsn()::text AS lsn');
    await until(database, `flush_lsn >= '${String(row?.['lsn'])}'`);
  }

  /** From now on each commit waits for it. */
  async join(database: FleetDatabase): Promise<void> {
    await database.sql(`ALTER SYSTEM SET synchronous_standby_names = 'replica'`);
    await database.sql('SELECT pg_reload_conf()');
    await until(database, `sync_state = 'sync'`);
  }

  /** The database crashes; this one is promoted, and the lines lead there. */
  async takeOver({ database, machines }: Fleet): Promise<void> {
    const former = database.server;
    await former.halt('SIGQUIT');
    database.server = this.#server;
    await database.sql('SELECT pg_promote()');
    for (const { toDatabase } of machines) toDatabase.lead(this.#server.port);
    await Promise.all([former.stop(), this.line.close()]);
  }

  /** Of one that has not taken over. */
  async stop(): Promise<void> {
    await Promise.all([this.#server.stop(), this.line.close()]);
  }
}

/** Until what the database says of its replica is so. */
async function until(database: FleetDatabase, condition: string): Promise<void> {
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(lookEveryMs)) {
    const rows = await database.sql(`SELECT 1 FROM pg_stat_replication WHERE ${condition}`);
    if (rows.length > 0) return;
  }
  throw new Error(`of the replica this is not so: ${condition}`);
}
