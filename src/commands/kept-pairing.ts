import type { Context } from '../context.ts';
import { InterruptedError, WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';

/** The error to end by: an interruption that came once the phone had linked the device says that it stays linked. */
export async function keptPairing(cx: Context, before: Session, error: unknown): Promise<unknown> {
  if (!(error instanceof InterruptedError)) return error;
  const { id } = before;
  const now = await (await cx.store()).get(id);
  if (!now?.paired || now.whatsappJid === before.whatsappJid) return error;
  const hint = `the session is kept; check it with: wactl status ${id}`;
  return new WactlError(error.code, `${error.message}; ${id} is paired`, hint, { cause: error });
}
