import type { ActionResult } from '../domain/held.ts';
import { assertConnectable } from '../domain/connectable.ts';
import type { KeepOptions, OnHolderEvent } from '../ports/holder.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** Keeps a session online in this process, and stores that it should be. */
export async function keepOnline(
  parts: Pick<AppParts, 'records' | 'holder'>,
  id: string,
  options: KeepOptions,
  onEvent: OnHolderEvent,
): Promise<ActionResult> {
  const records = await parts.records();
  const session = await sessionAt(records, id);
  assertConnectable(session);
  const wanted = session.wantsOnline ? session : await records.update(id, { wantsOnline: true });
  return (await parts.holder()).keepOnline(wanted, options, onEvent);
}
