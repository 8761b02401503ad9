import type { Context } from '../context.ts';
import { DeclinedError, UsageError } from '../errors.ts';

/** Asks before something that can't be taken back. Throws DeclinedError, or UsageError where nobody can be asked. */
export async function askFirst(cx: Context, yes: boolean, question: string): Promise<void> {
  if (yes) return;
  if (!cx.io.canPrompt) throw new UsageError('confirmation needed, but there is no terminal', 'add --yes');
  if (!(await cx.io.confirm(question))) throw new DeclinedError();
}
