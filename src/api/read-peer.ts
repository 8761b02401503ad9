import type { Held, LiveStatus, StatusReport } from '../domain/held.ts';
import type { Session } from '../domain/session.ts';
import { heldOf, holderSchema } from '../schema/held-schema.ts';
import { statusReportOf, statusWithSessionSchema } from '../schema/status-schema.ts';
import { readAs } from './read-as.ts';

// Most questions to another process need no more than this: it is a part of its own (.config/shared-chunk.js).
export { failureIn, parsed } from './read-as.ts';

/** What a process does with a session that it holds; null when it does not. */
export function readHeld(answer: unknown): Held | null {
  const { held } = readAs(holderSchema, answer);
  return held && heldOf(held);
}

/** A status with the session that it is about, which has no webhook, proxy or endpoint. */
export const readStatus = (answer: unknown): StatusReport =>
  statusReportOf(readAs(statusWithSessionSchema, answer));

/** A status from another process, with what is not in the answer and no check changes. */
export const withSettings = (
  live: LiveStatus,
  { webhook, proxy, endpoint, wantsOnline }: Session,
): LiveStatus => ({ ...live, session: { ...live.session, webhook, proxy, endpoint, wantsOnline } });
