import { WactlError } from '../errors.ts';
import type { RemoveOptions } from '../ports/holder.ts';
import type { DeleteOptions, Deleted } from '../ports/wactl.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** Unlinks a session and removes everything stored for it, as far as the options ask for that. */
export async function deleteSession(
  parts: Pick<AppParts, 'records' | 'holder'>,
  id: string,
  { onlyUnlinked = false, ...options }: DeleteOptions,
): Promise<Deleted> {
  const records = await parts.records();
  const session = await sessionAt(records, id);
  if (!onlyUnlinked) {
    const holder = await parts.holder();
    // Unlinking would end the copy elsewhere.
    const how = session.fence ? { ...options, unlink: false } : options;
    return removeOrForce(id, how, (how) => holder.remove(session, how));
  }
  if (!(await records.remove(id))) {
    throw new WactlError('in_use', `${id} was not deleted: a process holds it, or the phone may list it`);
  }
  return { id, notUnlinked: null };
}

/** Removes a session; with `force` and when WhatsApp cannot be asked, once more without asking. */
async function removeOrForce(
  id: string,
  { force = false, unlink = true, ...options }: Omit<DeleteOptions, 'onlyUnlinked'>,
  remove: (options: RemoveOptions) => Promise<void>,
): Promise<Deleted> {
  try {
    await remove({ ...options, unlink });
    return { id, notUnlinked: null };
  } catch (error) {
    // If a process does not answer, the error says how to end it; until then the session cannot be deleted.
    const isFinal = !(error instanceof WactlError) || error.code === 'in_use';
    if (!force || isFinal || options.signal.aborted) throw error;
    await remove({ ...options, unlink: false });
    return { id, notUnlinked: error };
  }
}
