import type { StatusReport } from '../domain/held.ts';
import type { Session } from '../domain/session.ts';
import type { StatusOptions } from '../ports/wactl.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';
import { waitForStatus } from './wait-for-status.ts';

/** The status of a session: of WhatsApp, or of the store; at once, or when it is as expected. */
export async function sessionStatus(
  parts: Pick<AppParts, 'records' | 'holder' | 'check' | 'clock'>,
  id: string,
  { offline = false, until, ...options }: StatusOptions,
): Promise<StatusReport> {
  const session = await sessionAt(await parts.records(), id);
  if (offline) return storedStatus(session);
  const waited = until && (await waitForStatus(parts, session, until, options));
  return { ...(waited ?? (await parts.check(session, options))), source: 'live' };
}

/** The status as it is stored. */
const storedStatus = (session: Session): StatusReport => ({
  session,
  status: session.status,
  close: session.lastClose,
  profile: null,
  asOf: session.updatedAt,
  source: 'store',
});
