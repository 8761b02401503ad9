import { mayBeLinked } from './session.ts';
import type { Session, SessionStatus } from './session.ts';

type Facts = Pick<Session, 'paired' | 'unconfirmed' | 'damaged' | 'fence'>;

/** A status as a person reads it. A script that reads a table from a pipe knows the word `disconnected`, and keeps it. */
export function statusWords(status: SessionStatus, session: Facts, isForPerson: boolean): string {
  const { damaged, unconfirmed, fence } = session;
  if (status === 'disconnected' && !damaged && !mayBeLinked(session)) return 'not paired';
  const words = status === 'disconnected' && isForPerson ? 'offline' : status.replaceAll('_', ' ');
  if (damaged) return `${words} (damaged)`;
  if (fence) return `${words} (${fence.reason === 'moved' ? 'moved away' : 'copy'})`;
  return status === 'disconnected' && unconfirmed ? `${words} (pairing not confirmed)` : words;
}
