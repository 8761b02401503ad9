import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';

/**
 * Takes an unproven session back out of the store, and answers with the error to end by. One that was paired before the
 * trouble began is kept, and one that another command is pairing.
 */
export async function withdrawn(cx: Context, id: string, error: unknown): Promise<unknown> {
  const store = await cx.store();
  const session = await store.get(id);
  if (session?.paired) return error;
  const holder = await cx.holder();
  const held = await holder.held({ id }, { signal: new AbortController().signal }).catch(() => null);
  if (held) return error;
  await store.remove(id);
  if (!(error instanceof WactlError)) return error;
  const again = `nothing was kept; start again with: wactl create ${id}`;
  // There is nothing to look at or to delete any more: whatever was advised begins with making it anew.
  const hint = error.hint
    ?.replace(/; [^;]*wactl delete [^;]*/, '')
    .replace(/wactl \w+ ([a-z0-9._-]+)/, (advice, named) => (named === id ? `wactl create ${id}` : advice));
  return new WactlError(error.code, error.message, hint ?? again, { cause: error });
}
