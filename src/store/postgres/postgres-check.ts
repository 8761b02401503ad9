import { shownStore, storeAddress } from '../../domain/store-address.ts';
import { ok, warning } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Check } from '../../ports/doctor.ts';
import { Connections } from './connections.ts';
import type { Statements } from './connections.ts';
import { assertUsable, schemaVersion } from './migrate.ts';

/** Leases do not depend on the clocks of the machines; times that are shown do, and codes that run out. */
const tolerableMs = 5_000;

/** `database`, where a PostgreSQL keeps the sessions. It changes nothing. */
export const postgresCheck = (address: string, clock: Pick<Clock, 'now'>): Check => ({
  name: 'database',
  timeoutMs: 8_000,
  async examine() {
    const at = storeAddress(address);
    const connections = new Connections(at);
    try {
      return await connections.use((statements) => examined(statements, shownStore(at), clock));
    } finally {
      await connections.close();
    }
  },
});

async function examined(statements: Statements, where: string, clock: Pick<Clock, 'now'>): Promise<Finding> {
  await assertUsable(statements, where);
  const schema = await schemaVersion(statements, where);
  const before = clock.now().getTime();
  const [row] = await statements.rows(
    `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS replica,
       current_setting('synchronous_commit') AS durability, current_setting('fsync') AS fsync,
       (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`,
  );
  const apart = Math.abs(Number(row?.['now']) - (before + clock.now().getTime()) / 2);
  const what = `${where}, PostgreSQL ${String(row?.['version'])}`;
  if (String(row?.['replica']) === 'true')
    return warning(
      `${what}, is a replica, which can only be read`,
      'name the primary in the setting "store"',
    );
  if (row?.['fsync'] === 'off' || row?.['durability'] === 'off')
    return warning(
      `${what}, forgets what it has stored when it loses its power`,
      'there: fsync = on, synchronous_commit = on',
    );
  if (apart > tolerableMs)
    return warning(
      `${what}: its clock and that of this machine are ${String(Math.round(apart / 1_000))} s apart`,
      'set both by NTP',
    );
  return ok(schema === 0 ? `${what}, empty` : what);
}
