import type { Context } from '../context.ts';
import { DeclinedError, UsageError } from '../errors.ts';

/** Asks before something irreversible. Throws DeclinedError, or UsageError if there is no terminal to ask on. */
export async function askFirst(cx: Context, yes: boolean, question: string): Promise<void> {
  if (yes) return;
  if (!cx.io.canPrompt) throw new UsageError('confirmation needed, but there is no terminal', 'add --yes');
  if (!(await cx.io.confirm(question))) throw new DeclinedError();
}
