import type { Context } from '../context.ts';
import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { checkUnlessDamaged } from '../app/unless-damaged.ts';
import { detachPairing } from './detach-pairing.ts';
import type { DetachFlags } from './detach-pairing.ts';
import { followPairing } from './follow-pairing.ts';
import type { FollowOptions } from './follow-pairing.ts';
import { unfinished, removeUnpaired } from './remove-unpaired.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** Pairs a session unless it is logged in, which only WhatsApp can say. Throws ClosedError when it cannot be asked. */
export async function pairAgain(
  cx: Context,
  session: Session,
  goal: PairGoal,
  options: FollowOptions & DetachFlags,
): Promise<void> {
  if (options.detach) return detachPairing(cx, session, goal, options);
  try {
    await pairUnlessLoggedIn(cx, session, goal, options);
  } catch (error) {
    throw await (options.withdraw ? removeUnpaired : unfinished)(cx, session.id, error);
  }
}

async function pairUnlessLoggedIn(
  cx: Context,
  session: Session,
  goal: PairGoal,
  options: FollowOptions,
): Promise<void> {
  const check = async () => (await cx.holder()).check(session, { signal: cx.signal });
  const live = mayBeLinked(session) ? await checkUnlessDamaged(session, check) : undefined;
  if (live) {
    if (live.status === 'logged_in') {
      const { phoneNumber } = live.session;
      cx.io.result({ id: session.id, status: 'logged_in', phone: phoneNumber }, () => '');
      cx.io.say(`${session.id} is already logged in (+${phoneNumber ?? ''}): nothing to do`);
      return;
    }
    if (live.close && mayBeLinked(live.session) && !ruleOf(live.close).isMendedByPairing)
      throw new ClosedError(live.close, session);
  }
  await followPairing(cx, session, goal, options);
}
