import type { DeliveryClaims } from '../ports/delivery-claims.ts';
import type { EventMark } from '../ports/event-mark.ts';
import type { Hosts } from '../ports/hosts.ts';
import type { News } from '../ports/news.ts';
import type { Leases } from '../ports/leases.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Overviews } from '../ports/overview.ts';
import type { SessionStore } from '../ports/store.ts';
import { setTimeout } from 'node:timers';
import type { AccessTokens } from '../ports/tokens.ts';
import type { CopyPlace } from './copy/copy-place.ts';
import { createDatabase } from './create-database.ts';
import { BusyError } from './database-error.ts';
import { ensureDatabaseFile, placeOf } from './database-file.ts';
import { openDatabase } from './driver.ts';
import { migrate } from './migrate.ts';
import { latestSchema, schemaVersion } from './schema-version.ts';
import { SqliteStore } from './sqlite-store.ts';
import { ownFileKeys } from '../keys/file-keys.ts';
import type { KeptKey, KeySource, Rekeying } from '../ports/data-key.ts';

export type StoreOptions = {
  /** Created, private, when missing. Contains wactl.db and SQLite's journal (-wal, -shm). */
  readonly directory: string;
  readonly now?: () => Date;
  /** For waits; left out: `performance.now`, which takes a fiftieth of a bare start of Node when it is first asked. */
  readonly monotonicMs?: () => number;
  /** How long work waits for another process that writes, before it fails with `store_locked`. */
  readonly patienceMs?: number;
  /** Left out: a key file in the directory, wactl.key. */
  readonly keys?: KeySource;
};

/** All that one database keeps. */
export type OpenedStore = SessionStore & {
  readonly outbox: Outbox;
  readonly leases: Leases;
  readonly tokens: AccessTokens;
  readonly claims: DeliveryClaims;
  readonly eventMark: EventMark;
  /** Left out where a store is one machine's alone. */
  readonly hosts?: Hosts;
  readonly news?: News;
  readonly overviews?: Overviews;
  readonly copyPlace: CopyPlace;
  /** Resolves when the key is at hand. Before a pairing, whose credentials have to be stored. Throws `missing_key`, `wrong_key`. */
  unlock(): Promise<void>;
  keyFacts(): Promise<KeptKey | null>;
  rekey(change: Rekeying): Promise<void>;
};

/** How long a statement may block this process. */
const busyTimeoutMs = 10;
const pauseMs = 50;
const defaultPatienceMs = 5_000;
const passedMs = (): number => performance.now();

/** Opens the sessions of a directory. While another process has the database locked, the event loop goes on. */
export async function openStoreWhenFree(options: StoreOptions): Promise<OpenedStore> {
  const { monotonicMs = passedMs, patienceMs = defaultPatienceMs } = options;
  const until = monotonicMs() + patienceMs;
  for (;;) {
    try {
      return openStore(options);
    } catch (error) {
      if (!(error instanceof BusyError) || monotonicMs() >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Opens the sessions of a directory, unless it is locked. Throws WactlError (`store_damaged`, `store_locked`). */
export function openStore({
  directory,
  now = () => new Date(),
  monotonicMs = passedMs,
  patienceMs = defaultPatienceMs,
  keys = ownFileKeys(directory),
}: StoreOptions): OpenedStore {
  const path = ensureDatabaseFile(directory, (draft) => createDatabase(draft));
  const place = placeOf(path);
  const db = openDatabase({ path, busyTimeoutMs });
  try {
    place.assertUnchanged();
    const version = schemaVersion(db);
    if (version < latestSchema) migrate(db, version);
    const store = new SqliteStore({ db, place, now, monotonicMs, patienceMs, keys });
    store.sealPlain();
    return store;
  } catch (error) {
    db.close();
    throw error;
  }
}
