import type { ActionResult } from '../domain/held.ts';
import type { HoldOptions } from '../ports/holder.ts';
import type { AppParts } from './parts.ts';

/** Takes a session offline. What it should be is stored first, so that no process brings it back meanwhile. */
export async function disconnectSession(
  parts: Pick<AppParts, 'records' | 'holder'>,
  id: string,
  options: HoldOptions,
): Promise<ActionResult> {
  const session = await (await parts.records()).update(id, { wantsOnline: false });
  return (await parts.holder()).disconnect(session, options);
}
