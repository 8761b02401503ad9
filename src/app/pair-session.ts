import { WactlError } from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { LiveStatus } from '../domain/held.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { Holder, HoldOptions, OnHolderEvent } from '../ports/holder.ts';
import type { PairOptions, Paired } from '../ports/wactl.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** Pairs a session unless it is logged in, which only WhatsApp can say. Throws ClosedError when it cannot be asked. */
export async function pairSession(
  parts: Pick<AppParts, 'records' | 'holder'>,
  id: string,
  goal: PairGoal,
  { checkTimeoutMs, onBegin, ...options }: PairOptions,
  onEvent: OnHolderEvent,
): Promise<Paired> {
  const session = await sessionAt(await parts.records(), id);
  const holder = await parts.holder();
  const { signal } = options;
  const limit = checkTimeoutMs === undefined ? {} : { timeoutMs: checkTimeoutMs };
  const live = await checkBeforePairing(holder, session, { signal, ...limit });
  if (live?.status === 'logged_in') return { session: live.session, already: true };
  if (live?.close && mayBeLinked(live.session) && !ruleOf(live.close).isMendedByPairing) {
    throw new ClosedError(live.close, session);
  }
  onBegin?.();
  return { session: await holder.pair(session, goal, options, onEvent), already: false };
}

/** Undefined when there is nothing to check or it must not connect, or when stored data is damaged, which pairing repairs. */
async function checkBeforePairing(
  holder: Pick<Holder, 'check'>,
  session: Session,
  options: HoldOptions,
): Promise<LiveStatus | undefined> {
  if (session.damaged || session.fence || !mayBeLinked(session)) return undefined;
  try {
    return await holder.check(session, options);
  } catch (error) {
    if (error instanceof WactlError && error.code === 'store_damaged') return undefined;
    throw error;
  }
}
