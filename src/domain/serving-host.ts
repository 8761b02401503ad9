/** A running `serve` that shares the sessions of a PostgreSQL with others. */
export type ServingHost = {
  /** Random, new for each start. */
  readonly serverId: string;
  /** Of the machine. */
  readonly name: string;
  /** Of wactl. */
  readonly version: string;
  readonly pid: number;
  /** Where the other hosts reach it, "http://wa-1:7764"; null: they cannot. */
  readonly url: string | null;
  /** How many it holds. */
  readonly sessions: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** It takes no more sessions. */
  readonly isDraining: boolean;
  /** It was seen within the term of a lease. */
  readonly isAlive: boolean;
  readonly isThis: boolean;
};

/** Whether a host takes sessions, takes no more and lets go of its own, or was not seen for too long. */
export const hostStates = ['serving', 'draining', 'gone'] as const;

type State = (typeof hostStates)[number];

export function stateOf({ isAlive, isDraining }: Pick<ServingHost, 'isAlive' | 'isDraining'>): State {
  if (!isAlive) return 'gone';
  return isDraining ? 'draining' : 'serving';
}
