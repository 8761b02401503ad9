import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { ActionResult, Holder } from '../session/holder.ts';
import type { Session } from '../session/session.ts';
import { inParallel } from './in-parallel.ts';
import { sessionsOf } from './sessions-argument.ts';
import type { SessionsArgument } from './sessions-argument.ts';

const atOnce = 8;

/**
 * Does one thing to one or several sessions and prints what came of each. One session: its failure is the command's.
 * Several: each has its entry, and the worst exit status is returned.
 */
export async function actionOnSessions(
  cx: Context,
  which: SessionsArgument,
  act: (holder: Holder, session: Session) => Promise<ActionResult>,
): Promise<number> {
  const sessions = await sessionsOf(cx, which);
  const holder = await cx.holder();
  const [only] = sessions;
  if (only && sessions.length === 1 && !which.all) {
    const result = await act(holder, only);
    cx.io.result(result, () => `${result.id}: ${result.details}`);
    return 0;
  }
  const outcomes = await inParallel(sessions, atOnce, (session) =>
    attempt(session, () => act(holder, session)),
  );
  cx.io.result(
    outcomes.map(({ document }) => document),
    () => outcomes.map(({ text }) => text).join('\n'),
  );
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  if (!cx.io.json) for (const error of errors) cx.io.error(error);
  return Math.max(0, ...errors.map(({ exitStatus }) => exitStatus));
}

type Outcome = { readonly document: unknown; readonly text: string; readonly error?: WactlError };

async function attempt(session: Session, act: () => Promise<ActionResult>): Promise<Outcome> {
  try {
    const result = await act();
    return { document: result, text: `${result.id}: ${result.details}` };
  } catch (error) {
    if (!(error instanceof WactlError)) throw error;
    const { code, message, hint, exitStatus } = error;
    const document = {
      id: session.id,
      error: { code, message, hint: hint ?? null, exit_status: exitStatus },
    };
    return { document, text: `${session.id}: failed`, error };
  }
}
