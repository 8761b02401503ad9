import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import { errorRecord } from './error-record.ts';
import { inParallel } from '../domain/slots.ts';

const atOnce = 8;

/** The result for one session: its document and a sentence. */
export type Outcome = { readonly document: unknown; readonly text: string };

/**
 * Runs an action on one or several sessions and prints each result. With one session, its failure is the command's.
 * Among several each has its entry, one's failure does not keep the others from their turn, and the worst exit status
 * is returned.
 */
export async function eachSession(
  cx: Context,
  sessions: readonly Session[],
  isAlone: boolean,
  act: (session: Session) => Promise<Outcome>,
): Promise<number> {
  const [only] = sessions;
  if (only && isAlone) {
    const { document, text } = await act(only);
    cx.io.result(document, () => text);
    return 0;
  }
  const errors: WactlError[] = [];
  const outcomes = await inParallel(sessions, atOnce, async (session): Promise<Outcome> => {
    try {
      return await act(session);
    } catch (error) {
      if (!(error instanceof WactlError)) throw error;
      errors.push(error);
      return { document: errorRecord(session.id, error), text: `${session.id}: failed` };
    }
  });
  cx.io.result(
    outcomes.map(({ document }) => document),
    () => outcomes.map(({ text }) => text),
  );
  if (!cx.io.json) for (const error of errors) cx.io.error(error);
  return Math.max(0, ...errors.map(({ exitStatus }) => exitStatus));
}
