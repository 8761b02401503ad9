import type { Context } from '../context.ts';
import { unconfirmedHint, WactlError } from '../errors.ts';

/**
 * Takes an unproven session back out of the store, and answers with the error to end by. One that the phone may list is
 * kept, and one that another command has.
 */
export async function removeUnpaired(cx: Context, id: string, error: unknown): Promise<unknown> {
  const store = await cx.store();
  const isKept = !(await store.remove(id)) && (await store.get(id)) !== undefined;
  if (isKept) return unfinished(cx, id, error);
  if (!(error instanceof WactlError)) return error;
  const again = `nothing was kept; start again with: wactl create ${id}`;
  // There is nothing to look at or to delete any more: whatever was advised begins with making it anew.
  const hint = error.hint
    ?.replace(/; [^;]*wactl delete [^;]*/, '')
    .replace(/wactl \w+ ([a-z0-9._-]+)/, (advice, named) => (named === id ? `wactl create ${id}` : advice));
  return new WactlError(error.code, error.message, hint ?? again, { cause: error });
}

/** The error that ended a pairing; where that was cut short after the phone's yes, with what to do about it. */
export async function unfinished(cx: Context, id: string, error: unknown): Promise<unknown> {
  if (!(error instanceof WactlError)) return error;
  const session = await (await cx.store()).get(id);
  if (!session?.unconfirmed) return error;
  return new WactlError(error.code, error.message, unconfirmedHint(id), { cause: error });
}
