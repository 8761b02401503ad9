import { execFile } from 'node:child_process';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres, superuser } from '../../support/postgres-server.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';

const noneLeft = '53300';
const mostAttempts = 200;
const [name, password] = ['fleet', 'a password of machines'];

/** The role of each machine. What it makes belongs to one that all of them are in. */
const roles = (machines: readonly string[]): string[] => [
  'CREATE ROLE visitor LOGIN',
  'CREATE ROLE wactl NOLOGIN',
  `GRANT CREATE ON DATABASE ${name} TO wactl`,
  ...machines.flatMap((machine) => [
    `CREATE ROLE ${machine} LOGIN PASSWORD '${password}' IN ROLE wactl`,
    `ALTER ROLE ${machine} SET role = 'wactl'`,
  ]),
];

/**
 * Notes each write of a machine that did not hold the session when it was committed. A lease belongs to the machine whose role made it.
 */
const audit = `
  CREATE SCHEMA audit;
  GRANT USAGE ON SCHEMA audit TO wactl;
  CREATE TABLE audit.leases (lease_id TEXT PRIMARY KEY, machine TEXT NOT NULL, session_id TEXT NOT NULL,
    epoch BIGINT NOT NULL, since TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());
  CREATE TABLE audit.strays (at TIMESTAMPTZ NOT NULL, machine TEXT NOT NULL, what TEXT NOT NULL, session_id TEXT NOT NULL);

  CREATE FUNCTION audit.note_lease() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO audit.leases VALUES (NEW.lease_id, session_user, NEW.session_id, NEW.epoch) ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$;
  CREATE TRIGGER note AFTER INSERT OR UPDATE OF lease_id ON wactl.leases
    FOR EACH ROW EXECUTE FUNCTION audit.note_lease();

  CREATE FUNCTION audit.check_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM wactl.leases JOIN audit.leases AS made USING (lease_id)
          WHERE leases.session_id = NEW.session_id AND machine = session_user) THEN
        INSERT INTO audit.strays VALUES (clock_timestamp(), session_user, TG_TABLE_NAME, NEW.session_id);
      END IF;
      RETURN NULL;
    END $$;
  ${[
    ['creds', 'INSERT OR UPDATE'],
    ['keys', 'INSERT OR UPDATE'],
    // Whoever delivers what is left notes that in it.
    ['outbox', 'INSERT'],
  ]
    .map(
      ([table, when]) => `CREATE CONSTRAINT TRIGGER checked AFTER ${when} ON wactl.${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.check_write();`,
    )
    .join('\n')}

  -- Every write fails as it does on a full disk, while there is a row.
  CREATE TABLE audit.full_disk (is_full BOOLEAN);
  CREATE FUNCTION audit.need_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM audit.full_disk) THEN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END IF;
      RETURN NULL;
    END $$;
  ${['sessions', 'creds', 'keys', 'leases', 'outbox']
    .map(
      (table) => `CREATE TRIGGER room BEFORE INSERT OR UPDATE ON wactl.${table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit.need_room();`,
    )
    .join('\n')}`;

export const fleetSettings: readonly string[] = [
  ...['max_connections=40', 'deadlock_timeout=100ms'],
  ...['wal_level=replica', 'max_wal_senders=4', 'wal_keep_size=256MB'],
];

/** The PostgreSQL of a fleet, and what a person with all rights does there. */
export class FleetDatabase {
  /** Another one after a failover. */
  server: PostgresServer;

  private constructor(server: PostgresServer) {
    this.server = server;
  }

  static async start(machines: readonly string[]): Promise<FleetDatabase> {
    const server = await startPostgres({
      settings: fleetSettings,
    });
    const database = new FleetDatabase(server);
    await database.sql(`CREATE DATABASE ${name}`, 'postgres');
    for (const statement of roles(machines)) await database.sql(statement);
    return database;
  }

  /** Behind a port of this machine. */
  address(role: string, port = this.server.port): string {
    return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${name}`;
  }

  /** Watches from now on; wactl has made its tables. */
  async watch(leaseTermMs: number): Promise<void> {
    await this.sql(audit);
    await this.sql(`INSERT INTO wactl.meta VALUES ('lease_term_ms', ${String(leaseTermMs)})`);
  }

  /** The rows of the last statement. */
  async sql(statements: string, database = name): Promise<Record<string, unknown>[]> {
    const client = await this.connected(superuser, database);
    try {
      const results: unknown = await client.query(statements);
      const last = (Array.isArray(results) ? results.at(-1) : results) as { rows: Record<string, unknown>[] };
      return last.rows;
    } finally {
      await client.end();
    }
  }

  /** A connection by the socket of the server, which asks for no password. */
  async connected(user: string, database = name): Promise<Client> {
    const { socketDirectory: host, port } = this.server;
    for (let left = user === superuser ? mostAttempts : 1; ; left -= 1) {
      const client = new Client({ host, port, user, database });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return client;
      } catch (error) {
        // Those that are about to be refused have the places, also the ones that are kept for this user.
        if ((error as { code?: string }).code !== noneLeft || left === 1) throw error;
        await sleep(50);
      }
    }
  }

  /** Copies its files while it runs, as a replica has them. */
  async copy(to = this.#copy): Promise<void> {
    const { data } = this.server;
    const client = await this.connected(superuser);
    try {
      await client.query(`SELECT pg_backup_start('copy', fast => true)`);
      await rm(to, { recursive: true, force: true });
      await copyFiles(data, to);
      const { rows } = await client.query<{ label: string }>(
        'SELECT labelfile AS label FROM pg_backup_stop()',
      );
      const label = join(to, 'backup_label');
      await writeFile(label, rows[0]?.label ?? '');
      const { uid, gid } = await stat(data);
      await chown(label, uid, gid);
      // The end of the copying is in the log.
      await copyFiles(`${data}/pg_wal/.`, join(to, 'pg_wal'));
      await rm(join(to, 'postmaster.pid'));
    } finally {
      await client.end();
    }
  }

  /** Crashes, and goes on as the copy. */
  async failOver(): Promise<void> {
    await this.server.halt('SIGQUIT');
    await rm(this.server.data, { recursive: true, force: true });
    await rename(this.#copy, this.server.data);
    await this.server.resume();
  }

  get #copy(): string {
    return `${this.server.data}.copy`;
  }
}

/** Files that vanish meanwhile are not needed: PostgreSQL's log tells what became of them. */
async function copyFiles(from: string, to: string): Promise<void> {
  const copying = promisify(execFile)('cp', ['-a', from, to], { env: { ...process.env, LC_ALL: 'C' } });
  await copying.catch((error: unknown) => {
    const { stderr } = error as { stderr?: string };
    const lines = stderr?.trim().split('\n') ?? [];
    if (!lines.every((line) => line.endsWith('No such file or directory'))) throw error;
  });
}
