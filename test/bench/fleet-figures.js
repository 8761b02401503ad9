// What a fleet has used so far, and between two moments.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { megabytes, ownMegabytes, processorSeconds, sumOfChildren } from './proc.js';

const own = `dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND userid = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND query NOT LIKE '%pg_stat_%'`;
const counts = `SELECT (SELECT sum(calls) FROM pg_stat_statements WHERE ${own})::float AS statements,
  (SELECT sum(total_exec_time) FROM pg_stat_statements WHERE ${own})::float AS "statementMs",
  (SELECT sum(calls) FROM pg_stat_statements WHERE ${own} AND query = 'COMMIT')::float AS commits,
  (SELECT sum(calls) FROM pg_stat_statements WHERE ${own} AND query ILIKE '%set_config($1%$4%')::float AS "durableCommits",
  (SELECT wal_sync FROM pg_stat_wal)::float AS syncs, (SELECT wal_bytes FROM pg_stat_wal)::float AS "walBytes"`;
const dearest = `SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 110) AS query, calls::float, total_exec_time AS ms, rows::float
  FROM pg_stat_statements WHERE ${own}`;

/** Rows of a statement, on a connection of its own: the database may have been restarted. */
export async function sql(address, statement) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** All that was used by now. */
export async function used({ address, postmaster, hosts, logins }) {
  const [row] = await sql(address, counts);
  const probes = hosts.map(({ probe }) => JSON.parse(readFileSync(probe, 'utf8')));
  return {
    at: performance.now(),
    ...row,
    logins,
    trips: sum(probes.map(({ trips }) => trips)),
    bytes: sum(probes.map(({ bytes }) => bytes)),
    hostProcessor: sum(hosts.map(({ child }) => processorSeconds(child.pid))),
    postgresProcessor:
      processorSeconds(postmaster, true) + sumOfChildren(postmaster, (pid) => processorSeconds(pid)),
    statementsByText: new Map((await sql(address, dearest)).map((one) => [one.query, one])),
  };
}

/** Between two of these, all numbers. */
export function between(before, after) {
  const numbers = Object.keys(after).filter((name) => typeof after[name] === 'number');
  const difference = Object.fromEntries(numbers.map((name) => [name, after[name] - before[name]]));
  const dear = [...after.statementsByText.values()]
    .map(({ query, calls, ms, rows }) => {
      const was = before.statementsByText.get(query) ?? { calls: 0, ms: 0, rows: 0 };
      return { query, calls: calls - was.calls, ms: ms - was.ms, rows: rows - was.rows };
    })
    .sort((a, b) => b.ms - a.ms);
  return { ...difference, seconds: difference.at / 1000, dear };
}

export const memory = ({ postmaster, hosts }) => ({
  hosts: hosts.map(({ child }) => megabytes(child.pid)),
  postgres: ownMegabytes(postmaster) + sumOfChildren(postmaster, ownMegabytes),
});

export const sum = (values) => values.reduce((all, one) => all + one, 0);
