// A PostgreSQL that waits for its disk and counts statements, with the databases of a fleet. Prints lines of JSON: where it is; at
// each SIGUSR2, when it is down and up again. SIGTERM ends it, and so does the end of the process that has started it.
import { Client } from 'pg';
import { password, startPostgres, superuser } from '../support/postgres-server.ts';

const database = 'fleet';
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const server = await startPostgres({
  settings: [
    ...['fsync=on', 'full_page_writes=on', 'autovacuum=on', 'wal_level=replica', 'shared_buffers=256MB'],
    ...['max_connections=200', 'max_wal_size=2GB', 'log_min_messages=fatal'],
    ...['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.max=2000'],
  ],
});
const parent = process.ppid;
let isEnding = false;
const end = async (): Promise<void> => {
  if (isEnding) return;
  isEnding = true;
  clearInterval(watching);
  await server.stop();
  process.exitCode = 0;
  process.stdout.destroy();
};
const watching = setInterval(() => process.ppid !== parent && void end(), 1_000);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());

const sql = async (name: string, statement: string): Promise<void> => {
  const client = new Client({
    host: server.socketDirectory,
    port: server.port,
    user: superuser,
    database: name,
  });
  await client.connect();
  await client.query(statement).finally(() => client.end());
};
await sql('postgres', `CREATE DATABASE ${database}`);
await sql(database, 'CREATE EXTENSION pg_stat_statements');
process.on('SIGUSR2', () => {
  void (async () => {
    await server.halt('SIGINT');
    say({ event: 'down' });
    await server.resume();
    say({ event: 'up' });
  })();
});
say({
  event: 'ready',
  data: server.data,
  address: `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${String(server.port)}/${database}?sslmode=disable`,
});
