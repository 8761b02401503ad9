import { once } from 'node:events';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { threadId } from 'node:worker_threads';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, inject } from 'vitest';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { systemClock } from '../../src/compose/system-clock.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { superuser } from './postgres-server.ts';

/** Why there is no PostgreSQL here; undefined where there is one. */
const missing = (() => {
  const offer = inject('postgres');
  return 'missing' in offer ? offer.missing : undefined;
})();

/** Tests that need a PostgreSQL: where none can be had they are skipped, and say so. */
export function describeOnPostgres(name: string, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: ${missing})`, tests);
}

type Server = { readonly socketDirectory: string; readonly port: number };

/** The server of this run. */
async function postgresServer(): Promise<Server> {
  const offer = inject('postgres');
  if ('missing' in offer) throw new Error(offer.missing);
  const socket = createConnection(offer.ask);
  await once(socket, 'connect');
  const answer = JSON.parse(await text(socket)) as Server | { readonly error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}

/** The process that opens a store. */
export const thisProcess = { version: '1.2.3', pid: 1 };

let count = 0;

/** An empty database of its own on the server of this run; `sql` runs statements in it, until `end`. */
export async function newDatabase(): Promise<{
  readonly address: string;
  /** The same by TCP, where the server asks for this password; undefined: for none. */
  readonly overTcp: (password?: string) => string;
  readonly sql: (statements: string) => Promise<Record<string, unknown>[]>;
  readonly end: () => Promise<void>;
}> {
  const { socketDirectory, port } = await postgresServer();
  count += 1;
  const name = `t_${String(process.pid)}_${String(threadId)}_${String(count)}`;
  const connected = async (database: string): Promise<Client> => {
    const client = new Client({ host: socketDirectory, port, user: superuser, database });
    await client.connect();
    return client;
  };
  const maker = await connected('postgres');
  await maker.query(`CREATE DATABASE ${name}`);
  await maker.end();
  const client = await connected(name);
  const host = encodeURIComponent(socketDirectory);
  return {
    address: `postgres://${superuser}@localhost:${String(port)}/${name}?host=${host}`,
    overTcp: (secret = '') =>
      `postgres://${superuser}:${encodeURIComponent(secret)}@127.0.0.1:${String(port)}/${name}`,
    async sql(statements) {
      const results: unknown = await client.query(statements);
      return (results as { rows?: Record<string, unknown>[] }).rows ?? [];
    },
    end: () => client.end(),
  };
}

/** `make`: a store on a database of its own, as empty each time as a new one; `sql` runs statements in it. For one file of tests. */
export function emptiedStores(): {
  readonly make: (now: () => Date) => Promise<PostgresStore>;
  readonly sql: (statements: string) => Promise<unknown>;
} {
  const directory = mkdtempSync(join(tmpdir(), 'wactl-pg-key-'));
  const keys = ownFileKeys(directory);
  let database: ReturnType<typeof newDatabase> | undefined;
  afterAll(async () => {
    await (await database)?.end();
    rmSync(directory, { recursive: true, force: true });
  });
  const sql = async (statements: string): Promise<unknown> => (await database)?.sql(statements);
  const make = async (now: () => Date): Promise<PostgresStore> => {
    const isNew = database === undefined;
    const { address, sql } = await (database ??= newDatabase());
    if (!isNew) await sql('DELETE FROM wactl.sessions; DELETE FROM wactl.tokens; DELETE FROM wactl.data_key');
    return openPostgres({
      address,
      clock: { ...systemClock, now },
      keys,
      host: { id: 'h1', name: 'one' },
      process: thisProcess,
    });
  };
  return { make, sql };
}
