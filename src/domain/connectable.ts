import { DamagedSessionError, FencedError, NotPairedError } from '../errors.ts';
import { mayBeLinked } from './session.ts';
import type { Session } from './session.ts';

/** Throws `store_damaged`, `not_paired` or `fenced` for a session that cannot be brought online. */
export function assertConnectable(session: Session): void {
  if (session.damaged) throw new DamagedSessionError(session);
  if (!mayBeLinked(session)) throw new NotPairedError(session.id);
  assertUnfenced(session);
}

/** Throws `fenced`. */
export function assertUnfenced({ id, fence }: Pick<Session, 'id' | 'fence'>): void {
  if (fence) throw new FencedError({ id, fence });
}

/** The sessions that should be online; if there are none, as before the first `connect`, all that could be. */
export function sessionsToConnect(sessions: readonly Session[]): readonly Session[] {
  const possible = sessions.filter((session) => mayBeLinked(session) && !session.damaged && !session.fence);
  const wishing = possible.filter(({ wantsOnline }) => wantsOnline);
  return wishing.length > 0 ? wishing : possible;
}
