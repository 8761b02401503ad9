import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import type { LiveStatus } from '../domain/held.ts';

/**
 * The check of a session before it is paired again; undefined if it cannot be checked because its stored data is
 * damaged, which pairing repairs.
 */
export async function checkUnlessDamaged(
  session: Session,
  check: () => Promise<LiveStatus>,
): Promise<LiveStatus | undefined> {
  if (session.damaged) return undefined;
  try {
    return await check();
  } catch (error) {
    if (error instanceof WactlError && error.code === 'store_damaged') return undefined;
    throw error;
  }
}
