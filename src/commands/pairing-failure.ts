import type { Context } from '../context.ts';
import { InterruptedError, unconfirmedHint, WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import { byQr, createAgain } from './create-again.ts';

/** After Ctrl-C there is still time for this. */
const withdrawWithinMs = 5_000;

/**
 * Removes a session whose first pairing failed, and returns the error to end with. Keeps a session that the phone may
 * list, or that another command holds.
 */
export async function withdrawn(cx: Context, id: string, error: unknown): Promise<unknown> {
  const wactl = await cx.wactl();
  try {
    await wactl.delete(id, { onlyUnlinked: true, signal: AbortSignal.timeout(withdrawWithinMs) });
  } catch (failure) {
    const isGone = failure instanceof WactlError && failure.code === 'not_found';
    if (!isGone) return unfinished(cx, id, error);
  }
  if (!(error instanceof WactlError)) return error;
  const again = createAgain(error.hint?.includes('pair by QR') ? byQr(cx.args) : cx.args, id);
  // The session is gone, so hints to look at it or delete it become hints to create it again.
  const hint = error.hint
    ?.replace(/; [^;]*wactl delete [^;]*/, '')
    .replace(/wactl \w+ ([a-z0-9._-]+)/, (advice, named) => (named === id ? again : advice));
  return new WactlError(error.code, error.message, hint ?? `nothing was kept; start again with: ${again}`, {
    cause: error,
  });
}

/** The error that ended a pairing; with `unconfirmedHint` if the pairing was cut short after the phone's yes. */
export async function unfinished(cx: Context, id: string, error: unknown): Promise<unknown> {
  if (!(error instanceof WactlError)) return error;
  const session = await found(cx, id);
  if (!session?.unconfirmed) return error;
  return new WactlError(error.code, error.message, unconfirmedHint(id), { cause: error });
}

/** The error to end by: an interruption that came once the phone had linked the device says that it stays linked. */
export async function keptPairing(cx: Context, before: Session, error: unknown): Promise<unknown> {
  if (!(error instanceof InterruptedError)) return error;
  const { id } = before;
  const now = await found(cx, id);
  if (!now?.paired || now.whatsappJid === before.whatsappJid) return error;
  const hint = `the session is kept; check it with: wactl status ${id}`;
  return new WactlError(error.code, `${error.message}; ${id} is paired`, hint, { cause: error });
}

/** Undefined when it is gone, or cannot be looked up. */
async function found(cx: Context, id: string): Promise<Session | undefined> {
  try {
    const session = await (await cx.wactl()).find(id);
    // Another one's id may begin with this one.
    return session.id === id ? session : undefined;
  } catch (error) {
    if (error instanceof WactlError) return undefined;
    throw error;
  }
}
