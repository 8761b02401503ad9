import type { Context } from '../context.ts';
import { unconfirmedHint, WactlError } from '../errors.ts';

/**
 * Removes an unproven session from the store and returns the error to end with. Keeps a session that the phone may
 * list, or that another command holds.
 */
export async function removeUnpaired(cx: Context, id: string, error: unknown): Promise<unknown> {
  const store = await cx.store();
  const isKept = !(await store.remove(id)) && (await store.get(id)) !== undefined;
  if (isKept) return unfinished(cx, id, error);
  if (!(error instanceof WactlError)) return error;
  const again = `nothing was kept; start again with: wactl create ${id}`;
  // The session is gone, so hints to look at it or delete it become hints to create it again.
  const hint = error.hint
    ?.replace(/; [^;]*wactl delete [^;]*/, '')
    .replace(/wactl \w+ ([a-z0-9._-]+)/, (advice, named) => (named === id ? `wactl create ${id}` : advice));
  return new WactlError(error.code, error.message, hint ?? again, { cause: error });
}

/** The error that ended a pairing; with `unconfirmedHint` if the pairing was cut short after the phone's yes. */
export async function unfinished(cx: Context, id: string, error: unknown): Promise<unknown> {
  if (!(error instanceof WactlError)) return error;
  const session = await (await cx.store()).get(id);
  if (!session?.unconfirmed) return error;
  return new WactlError(error.code, error.message, unconfirmedHint(id), { cause: error });
}
