import { shownStore, storeAddress } from '../../domain/store-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeySource } from '../../ports/data-key.ts';
import { Connections } from './connections.ts';
import type { Server } from './host-table.ts';
import type { Host } from './lease-table.ts';
import { leaseTermMs } from './lease-term.ts';
import { assertCurrent, migrate } from './migrate.ts';
import { PostgresNews } from './news.ts';
import { patiently, usualPatienceMs } from './patiently.ts';
import { PostgresStore } from './postgres-store.ts';
import { Transactions, inTransaction, migrating } from './transactions.ts';

export type PostgresOptions = {
  /** "postgres://user:password@host/database". */
  readonly address: string;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** How long work waits for a server that is away for a while, before it fails with `unreachable`. */
  readonly patienceMs?: number;
  readonly keys: KeySource;
  /** The machine that this process runs on. */
  readonly host: Host;
  /** This process. */
  readonly process: Pick<Server, 'version' | 'pid'>;
  /** Refuses a database without tables, or with older ones, and leaves it as it is. */
  readonly asItIs?: boolean | undefined;
};

/** Opens the sessions of a PostgreSQL. Throws WactlError (`unreachable`, `store_locked`, `store_damaged`). */
export async function openPostgres({
  address: text,
  clock,
  patienceMs = usualPatienceMs,
  keys,
  host,
  process,
  asItIs = false,
}: PostgresOptions): Promise<PostgresStore> {
  const address = storeAddress(text);
  const where = shownStore(address);
  const connections = new Connections(address);
  try {
    const termMs = await patiently(patienceMs, () =>
      connections.use(async (statements) => {
        if (asItIs) await assertCurrent(statements, where);
        else await migrate(statements, where, (work) => inTransaction(statements, migrating, work));
        return leaseTermMs(statements);
      }),
    );
    const transactions = new Transactions({ where, connections, keys, now: () => clock.now(), patienceMs });
    const news = new PostgresNews(connections, clock);
    return new PostgresStore({
      where,
      databaseHost: address.host,
      transactions,
      news,
      keys,
      host,
      process,
      clock,
      termMs,
    });
  } catch (error) {
    await connections.close();
    throw error;
  }
}
