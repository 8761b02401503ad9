import { setImmediate as nextTurn } from 'node:timers/promises';
import { DamagedSessionError } from '../errors.ts';
import { counted, failed, namedFew, ok, warning } from '../domain/finding.ts';
import type { Finding } from '../domain/finding.ts';
import type { Session } from '../domain/session.ts';
import { ownFileKeys } from '../keys/file-keys.ts';
import type { KeySource } from '../ports/data-key.ts';
import type { Check } from '../ports/doctor.ts';
import { CredentialTable } from './credential-table.ts';
import type { Database } from './driver.ts';
import { latestSchema, schemaVersion } from './schema-version.ts';
import { withDatabase } from './open-as-is.ts';
import { KeyNeededError } from './key-needed-error.ts';
import { Seals } from './seals.ts';
import { SessionTable } from './session-table.ts';

const perPage = 100;
/** Then what was read is reported: a large store takes longer. */
const usualLimitMs = 3_000;

/** `records`: every record and credential of every session, by its checksum. */
export const recordsCheck = (
  directory: string,
  limitMs = usualLimitMs,
  keys: KeySource = ownFileKeys(directory),
): Check => ({
  name: 'records',
  needs: ['database', 'encryption'],
  timeoutMs: usualLimitMs + 1_000,
  async examine(signal) {
    const found = await withDatabase(directory, (db) =>
      schemaVersion(db) === latestSchema ? examineSessions(db, keys, signal, limitMs) : undefined,
    ).catch((error: unknown) => {
      if (!(error instanceof KeyNeededError)) throw error;
      return warning('not read, because nobody gave the key', 'set WACTL_PASSPHRASE for doctor too');
    });
    return found ?? ok('no sessions');
  },
});

async function examineSessions(
  db: Database,
  keys: KeySource,
  signal: AbortSignal,
  limitMs: number,
): Promise<Finding> {
  const seals = new Seals(db, keys);
  const sessions = new SessionTable(db, seals);
  const credentials = new CredentialTable(db, seals);
  const damaged: DamagedSessionError[] = [];
  const ids: string[] = [];
  const began = performance.now();
  const isOver = (): boolean => signal.aborted || performance.now() - began > limitMs;
  let read = 0;
  let all = 0;
  for (let page = 1; page === 1 || (read < all && !isOver()); page += 1) {
    const found = sessions.page({ page, perPage });
    all = found.total;
    if (found.sessions.length === 0) break;
    for (const session of found.sessions) {
      if (read > 0 && isOver()) break;
      read += 1;
      const error = damageOf(sessions.find(session.id) ?? session, credentials);
      if (error) {
        damaged.push(error);
        ids.push(session.id);
      }
      await nextTurn();
    }
  }
  const words =
    read < all ? `${String(read)} of ${counted(all, 'session')} read in this time` : counted(all, 'session');
  const [first] = damaged;
  if (!first) return ok(all === 0 ? 'no sessions' : `${words}, no damage`);
  const details = `${words}; damaged: ${namedFew(ids)}`;
  return failed('store_damaged', details, first.hint ?? null);
}

function damageOf(session: Session, credentials: CredentialTable): DamagedSessionError | undefined {
  if (session.damaged) return new DamagedSessionError(session);
  try {
    credentials.assertWhole(session);
    return undefined;
  } catch (error) {
    if (error instanceof DamagedSessionError) return error;
    throw error;
  }
}
