import { UsageError } from '../errors.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import type { AppParts } from './parts.ts';

/** The running `serve`s that share the sessions. */
export async function listHosts(parts: Pick<AppParts, 'hosts'>): Promise<readonly ServingHost[]> {
  const hosts = await parts.hosts();
  if (hosts) return hosts.hosts();
  throw new UsageError(
    'the sessions are on this machine alone, so there are no hosts to list',
    'machines share sessions in a PostgreSQL: wactl config set store postgres://USER@HOST/DATABASE',
  );
}
