import type { Close } from '../domain/close.ts';
import { LeaseLostError } from '../errors.ts';
import { TakenAwayError } from './task.ts';

/** The close of a session that this process lets go of; `why`: the reason of its signal. */
export function endedHere(at: Date, why: unknown): Close {
  const close: Close = { reason: 'ended_here', code: null, at };
  if (why instanceof TakenAwayError && why.by === 'handover')
    return { ...close, detail: 'handed over to another host' };
  if (why instanceof LeaseLostError) return { ...close, detail: 'this process no longer holds the session' };
  return close;
}
