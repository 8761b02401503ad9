import { mayBeLinked } from '../../domain/session.ts';
import { statusWords } from '../../domain/status-words.ts';
import { timeAgo } from '../../domain/time-words.ts';
import type { Session } from './board.ts';
import { make } from './dom.ts';

export type Tone = 'good' | 'waiting' | 'bad' | 'idle';

/** A status that a newer server has waits for something, as they all do so far. */
function toneOf({ status }: Pick<Session, 'status'>): Tone {
  switch (status) {
    case 'logged_in':
      return 'good';
    case 'logged_out':
    case 'failed':
      return 'bad';
    case 'disconnected':
      return 'idle';
    default:
      return 'waiting';
  }
}

/** "Logged in" */
function statusOf(session: Session & { readonly unconfirmed?: boolean }): string {
  const { status, paired, unconfirmed = false, damaged, fenced } = session;
  const fence = fenced ? { reason: fenced.reason, at: new Date(fenced.at) } : null;
  const facts = { paired, unconfirmed, fence, ...(damaged && { damaged: 'pair_again' as const }) };
  const words = statusWords(status, facts, true).replace(/\bqr\b/, 'QR');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether there is something to connect with. */
export const isLinked = ({ paired, unconfirmed }: { paired: boolean; unconfirmed: boolean }): boolean =>
  mayBeLinked({ paired, unconfirmed });

/** "3 minutes ago"; undefined for a time that is not known. */
export const ago = (time: string | null): string | undefined =>
  time === null ? undefined : timeAgo(new Date(time), new Date());

/** What a session is called. */
export const nameOf = ({ id, name }: Pick<Session, 'id' | 'name'>): string => name ?? id;

/** "+15550100001" */
export const phoneOf = (digits: string | null): string | undefined =>
  digits === null ? undefined : `+${digits}`;

export function badge(): { readonly root: HTMLElement; show(session: Session): void } {
  const root = make('span', { class: 'badge' });
  return {
    root,
    show(session) {
      const words = statusOf(session);
      if (root.textContent !== words) root.textContent = words;
      root.className = `badge ${toneOf(session)}`;
    },
  };
}
