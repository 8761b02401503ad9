import { mayBeLinked } from './session.ts';
import type { Session, SessionStatus } from './session.ts';

type Facts = Pick<Session, 'paired' | 'unconfirmed' | 'damaged'>;

/** A status as a person reads it. A script that reads a table from a pipe knows the word `disconnected`, and keeps it. */
export function statusWords(status: SessionStatus, session: Facts, isForPerson: boolean): string {
  const { damaged, unconfirmed } = session;
  if (status === 'disconnected' && !damaged && !mayBeLinked(session)) return 'not paired';
  const words = status === 'disconnected' && isForPerson ? 'offline' : status.replaceAll('_', ' ');
  if (damaged) return `${words} (damaged)`;
  return status === 'disconnected' && unconfirmed ? `${words} (pairing not confirmed)` : words;
}
