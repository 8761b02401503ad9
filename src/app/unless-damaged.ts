import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import type { LiveStatus } from '../domain/held.ts';

/**
 * What a check of a session says before it is paired again; undefined when it can't be checked because what is stored of
 * it is damaged: that is what pairing mends.
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
