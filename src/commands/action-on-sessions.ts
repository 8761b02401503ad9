import type { Context } from '../context.ts';
import type { Holder } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import { eachSession } from './each-session.ts';
import { sessionsOf } from './sessions-argument.ts';
import type { SessionsArgument } from './sessions-argument.ts';
import type { ActionResult } from '../domain/held.ts';

/** Runs an action of the holder on sessions and prints each result. Returns the exit status. */
export async function actionOnSessions(
  cx: Context,
  which: SessionsArgument,
  act: (holder: Holder, session: Session) => Promise<ActionResult>,
): Promise<number> {
  const sessions = await sessionsOf(cx, which);
  const holder = await cx.holder();
  return eachSession(cx, sessions, sessions.length === 1 && !which.all, async (session) => {
    const result = await act(holder, session);
    return { document: result, text: `${result.id}: ${result.details}` };
  });
}
