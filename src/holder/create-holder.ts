import type { Holder } from '../ports/holder.ts';
import { OwnSessions } from './own-sessions.ts';
import type { OwnSessionsParts } from './own-sessions.ts';
import { sharedHolder } from './shared-holder.ts';

/** How this process holds sessions, and asks others for theirs. */
export type Holding = {
  readonly holder: Holder;
  /** The sessions in the hands of this process. */
  readonly own: OwnSessions;
};

/** `lifetime`: what is kept online without anybody waiting for its end ends with it. */
export function createHolder(parts: OwnSessionsParts & { readonly lifetime: AbortSignal }): Holding {
  const own = new OwnSessions(parts);
  return { own, holder: sharedHolder({ ...parts, own }) };
}
