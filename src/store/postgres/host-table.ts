import type { ServingHost } from '../../domain/serving-host.ts';
import type { FleetSecret, Hosts, HostState } from '../../ports/hosts.ts';
import type { Row } from '../row-values.ts';
import { interval, milliseconds, perTerm } from './lease-term.ts';
import { tellNews } from './news.ts';
import { ownAddressTowards } from './own-address.ts';
import type { Seals } from './seals.ts';
import type { Transactions } from './transactions.ts';

/** This process, as the others see it. */
export type Server = Pick<ServingHost, 'serverId' | 'name' | 'version' | 'pid'>;

export type HostTableParts = {
  readonly transactions: Transactions;
  readonly server: Server;
  readonly seals: Seals;
  /** Of the database. */
  readonly databaseHost: string;
  /** How long a lease lasts. */
  readonly termMs: number;
};

const forgottenAfterMs = 3_600_000;

/** The running `serve`s, in PostgreSQL. That one was seen need not survive a power loss, so nothing waits for the disk. */
export class HostTable implements Hosts {
  readonly #transactions: Transactions;
  readonly #server: Server;
  readonly #seals: Seals;
  readonly #databaseHost: string;
  readonly #termMs: number;
  /** What the others know of it; undefined while they do not know of it. */
  #isDraining: boolean | undefined;

  constructor({ transactions, server, seals, databaseHost, termMs }: HostTableParts) {
    this.#transactions = transactions;
    this.#server = server;
    this.#seals = seals;
    this.#databaseHost = databaseHost;
    this.#termMs = termMs;
  }

  get serverId(): string {
    return this.#server.serverId;
  }

  get everyMs(): number {
    return this.#termMs / perTerm;
  }

  async announce({ url, sessions, isDraining }: HostState): Promise<void> {
    const { serverId, name, version, pid } = this.#server;
    const isNews = this.#isDraining !== isDraining;
    await this.#change(
      isNews,
      `INSERT INTO wactl.hosts (server_id, name, version, pid, url, sessions, is_draining, started_at, seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), clock_timestamp())
       ON CONFLICT (server_id) DO UPDATE SET url = excluded.url, sessions = excluded.sessions,
         is_draining = excluded.is_draining, seen_at = excluded.seen_at`,
      [serverId, name, version, pid, url, sessions, isDraining ? 1 : 0],
    );
    this.#isDraining = isDraining;
  }

  leave(): Promise<void> {
    return this.#change(true, 'DELETE FROM wactl.hosts WHERE server_id = $1', [this.#server.serverId]);
  }

  async secret(): Promise<FleetSecret> {
    const found = await this.#transactions.read([], async (statements) => {
      const sealer = await this.#seals.sealer(statements);
      const [row] = await statements.rows(`SELECT ${milliseconds('clock_timestamp()')} AS now`);
      return (
        sealer && { secret: sealer.derived('requests of the fleet'), now: new Date(Number(row?.['now'])) }
      );
    });
    if (found) return found;
    // The first secret of all.
    await this.#transactions.write([], (statements, now) => this.#seals.sealing(statements, now));
    return this.secret();
  }

  ownAddress(): Promise<string | null> {
    return ownAddressTowards(this.#databaseHost);
  }

  hosts(): Promise<ServingHost[]> {
    return this.#transactions.read([], async (statements) => {
      const rows = await statements.rows(
        `SELECT server_id, name, version, pid, url, sessions, is_draining,
           ${milliseconds('started_at')} AS started_at, ${milliseconds('seen_at')} AS seen_at,
           (seen_at + ${interval(this.#termMs)} > clock_timestamp())::int AS is_alive
         FROM wactl.hosts WHERE ${isKept} ORDER BY name, server_id`,
      );
      return rows.map((row) => this.#host(row));
    });
  }

  #change(isNews: boolean, sql: string, values: readonly (string | number | null)[]): Promise<void> {
    return this.#transactions.write(
      [],
      async (statements) => {
        await statements.run(sql, values);
        await statements.run(`DELETE FROM wactl.hosts WHERE NOT (${isKept})`);
        if (isNews) await tellNews(statements);
      },
      'loose',
    );
  }

  #host(row: Row): ServingHost {
    const serverId = String(row['server_id']);
    return {
      serverId,
      name: String(row['name']),
      version: String(row['version']),
      pid: Number(row['pid']),
      url: row['url'] === null ? null : String(row['url']),
      sessions: Number(row['sessions']),
      startedAt: new Date(Number(row['started_at'])),
      seenAt: new Date(Number(row['seen_at'])),
      isDraining: row['is_draining'] === 1,
      isAlive: row['is_alive'] === 1,
      isThis: serverId === this.#server.serverId,
    };
  }
}

const isKept = `seen_at + ${interval(forgottenAfterMs)} > clock_timestamp()`;
