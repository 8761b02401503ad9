import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Client, Pool, types } from 'pg';
import type { ClientConfig, PoolClient, QueryConfig } from 'pg';
import { UsageError } from '../../errors.ts';
import type { StoreAddress } from '../../domain/store-address.ts';
import { Slots } from '../../domain/slots.ts';
import type { BoundValue, Row } from '../row-values.ts';
import { databaseError } from './database-error.ts';

/** A parameter; a list for a statement that does many at once. */
export type Value = BoundValue | readonly (string | null)[] | readonly Uint8Array[];

/** Statements on one connection: the only interface to the driver in this folder. */
export interface Statements {
  rows(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** Resolves to the number of changed rows. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
  /** Statements without values, separated by semicolons, in one round trip; resolves to the rows of the last. */
  all(sql: string): Promise<Row[]>;
}

type Listening = {
  readonly began: () => void;
  readonly tell: (content: string) => void;
  readonly signal: AbortSignal;
};

const connectTimeoutMs = 5_000;
/** A server that says nothing for longer has gone, or its network has. */
const silentAfterMs = 15_000;

/** How work uses a connection. */
export type Use = {
  /** Does not wait for other work. */
  readonly isUrgent?: boolean;
  /** The server has gone when it says nothing for so long. */
  readonly silentAfterMs?: number;
};
/** The work of one process at a time: other work waits, and a server has few connections. One more is kept for urgent work. */
const connectionsAtOnce = 5;
/** What a `serve` has at most: it may listen on one more. */
export const connectionsOfServe = connectionsAtOnce + 2;
/** So that the connections follow a name that leads elsewhere after a failover. */
const connectionAgeSeconds = 600;

const int8 = 20;

/** The connections to one database. They name no statement, so that a pooler may give each transaction to another one. */
export class Connections {
  readonly #address: StoreAddress;
  readonly #config: ClientConfig;
  readonly #pool: Pool;
  /** Not the queue of the pool: there work that waits for long would fail as if the server were away. */
  readonly #slots = new Slots(connectionsAtOnce);

  constructor(address: StoreAddress) {
    this.#address = address;
    const { host, port, database, user, password } = address;
    this.#config = {
      host,
      port,
      database,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ssl: tlsOf(address),
      application_name: 'wactl',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: silentAfterMs,
      keepAlive: true,
    };
    this.#pool = new Pool({
      ...this.#config,
      max: connectionsAtOnce + 1,
      maxLifetimeSeconds: connectionAgeSeconds,
      // A process that has nothing else to do ends.
      allowExitOnIdle: true,
      // Numbers of 64 bits are times in milliseconds, and counts.
      types: {
        getTypeParser: ((id: number, format: 'text' | 'binary') =>
          id === int8 ? Number : (types.getTypeParser(id, format) as unknown)) as typeof types.getTypeParser,
      },
    });
    // An idle connection was cut: the next statement gets another one.
    this.#pool.on('error', () => undefined);
    // One that is cut before whoever asked for it has it: nobody else listens then. Its first statement fails.
    this.#pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  /** Throws WactlError for what PostgreSQL refuses. */
  use<T>(work: (statements: Statements) => Promise<T>, how: Use = {}): Promise<T> {
    const connected = (): Promise<T> => this.#connected(work, how.silentAfterMs ?? silentAfterMs);
    return how.isUrgent ? connected() : this.#slots.run(undefined, connected);
  }

  async #connected<T>(work: (statements: Statements) => Promise<T>, silenceMs: number): Promise<T> {
    const client = await this.#explained(() => this.#pool.connect());
    let failure: Error | undefined;
    // A connection that breaks between two statements.
    const note = (error: Error): void => void (failure = error);
    client.on('error', note);
    try {
      return await work(this.#statements(client, note, silenceMs));
    } finally {
      client.off('error', note);
      // After an error of its own the connection is not used again.
      client.release(failure);
    }
  }

  /**
   * Listens on a connection of its own, which keeps no process running; resolves when the signal is aborted, or it was cut. `began`:
   * from here on nothing is missed.
   */
  async listen(channel: string, { began, tell, signal }: Listening): Promise<void> {
    const client = new Client(this.#config) as Client & Pick<Socket, 'unref'>;
    const over = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ({ payload = '' }) => tell(payload));
    try {
      await client.connect();
      client.unref();
      await client.query(`LISTEN ${channel}`);
      if (signal.aborted) return;
      began();
      await over;
    } finally {
      // Whoever does not answer is not waited for.
      client.end().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #statements(client: PoolClient, note: (error: Error) => void, silenceMs: number): Statements {
    const query = <T>(work: () => Promise<T>): Promise<T> =>
      this.#explained(async () => {
        try {
          return await work();
        } catch (error) {
          note(error as Error);
          throw error;
        }
      });
    const ask = (text: string, values?: readonly Value[]) => {
      const query: QueryConfig & Pick<ClientConfig, 'query_timeout'> = { text, query_timeout: silenceMs };
      return client.query<Row>({ ...query, ...(values && { values: values as Value[] }) });
    };
    return {
      rows: (sql, values = []) => query(async () => (await ask(sql, values)).rows),
      run: (sql, values = []) => query(async () => (await ask(sql, values)).rowCount ?? 0),
      all: (sql) =>
        query(async () => {
          // Several statements have several results.
          const results: unknown = await ask(sql);
          const last = (Array.isArray(results) ? results.at(-1) : results) as { rows: Row[] } | undefined;
          return last?.rows ?? [];
        }),
    };
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw databaseError(this.#address, error);
    }
  }
}

function tlsOf({ tls, tlsRoot, host }: StoreAddress): ConnectionOptions | false {
  if (tls === 'off') return false;
  if (tls === 'unchecked') return { rejectUnauthorized: false };
  const root = tlsRoot === undefined ? {} : { ca: readRoot(tlsRoot) };
  const name = tls === 'authority' ? { checkServerIdentity: () => undefined } : { servername: host };
  return { ...root, ...name };
}

function readRoot(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the certificates in ${file} cannot be read`, 'it is the sslrootcert of the store', {
      cause: error,
    });
  }
}
