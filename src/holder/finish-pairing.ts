import { WactlError } from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import { lookIn } from './look-in.ts';
import type { TaskContext } from './task.ts';

/**
 * Finishes a pairing that was cut short before its first login. A login confirms it, or shows that the phone does not
 * list the device. Resolves to whether it is confirmed; if not, the session may be paired again. Throws when WhatsApp
 * cannot be asked.
 */
export async function finishPairing(context: TaskContext, signal: AbortSignal): Promise<boolean> {
  const { unconfirmed, damaged } = context.session;
  if (!unconfirmed || damaged) return false;
  try {
    await lookIn(context, signal, () => true);
    return true;
  } catch (error) {
    const isMendedByPairing =
      error instanceof ClosedError
        ? ruleOf(error.close).isMendedByPairing
        : error instanceof WactlError && error.code === 'store_damaged';
    if (isMendedByPairing) return false;
    throw error;
  }
}
