import type { Context } from '../context.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { Session } from '../domain/session.ts';
import { detachPairing } from './detach-pairing.ts';
import type { DetachFlags } from './detach-pairing.ts';
import { followPairing } from './follow-pairing.ts';
import { keepOnlineHint } from './keep-online-hint.ts';
import type { FollowOptions } from './follow-pairing.ts';
import { unfinished, withdrawn } from './pairing-failure.ts';

/** Pairs a session that is there already, here or in the background. */
export async function pairAgain(
  cx: Context,
  session: Session,
  goal: PairGoal,
  options: FollowOptions & DetachFlags,
): Promise<void> {
  if (options.detach) return detachPairing(cx, session, goal, options);
  try {
    const outcome = await followPairing(cx, session, goal, options);
    if (outcome === 'paired' && cx.server === null) cx.io.say(keepOnlineHint(session.id));
  } catch (error) {
    throw await (options.withdraw ? withdrawn : unfinished)(cx, session.id, error);
  }
}
