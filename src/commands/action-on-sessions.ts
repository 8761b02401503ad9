import type { Context } from '../context.ts';
import type { Wactl } from '../ports/wactl.ts';
import { eachSession } from './each-session.ts';
import { sessionsOf } from './sessions-argument.ts';
import type { SessionsArgument } from './sessions-argument.ts';
import type { ActionResult } from '../domain/held.ts';

/** Runs an action on sessions and prints each result. Returns the exit status. */
export async function actionOnSessions(
  cx: Context,
  which: SessionsArgument,
  act: (wactl: Wactl, id: string) => Promise<ActionResult>,
): Promise<number> {
  const sessions = await sessionsOf(cx, which);
  const wactl = await cx.wactl();
  return eachSession(cx, sessions, sessions.length === 1 && !which.all, async ({ id }) => {
    const result = await act(wactl, id);
    return { document: result, text: `${result.id}: ${result.details}` };
  });
}
