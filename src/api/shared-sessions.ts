import type { Fleet, SharedSession } from '../domain/fair-share.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import type { Lease } from '../ports/leases.ts';

/** The sessions of this process. */
export type OwnSessions = {
  /** Also of those that it is taking, or letting go. */
  readonly ids: readonly string[];
  get(id: string): OwnSession | undefined;
  /** From now on so many log in at once. */
  limitLogins(count: number): void;
};

type OwnSession = {
  readonly status: SessionStatus;
  /** Whether another host can take it over. */
  readonly isMovable: boolean;
  /** Lets it go, for another host to take it. */
  handOver(): Promise<void>;
};

export type Seen = {
  /** The serves that share the sessions; none where a store is one machine's alone. */
  readonly serves: readonly ServingHost[];
  readonly own: Pick<OwnSessions, 'ids' | 'get'>;
  /** What processes hold. */
  readonly leases: readonly Lease[];
  /** What this process is about to take. */
  readonly taking: ReadonlySet<string>;
  /** All. */
  readonly sessions: readonly Session[];
  /** Those of them that are to be taken if nobody holds them. */
  readonly wanted: readonly Session[];
};

/** The serves that take sessions. */
export function fleetOf(serves: readonly ServingHost[]): Fleet {
  const self = serves.find(({ isThis }) => isThis)?.serverId ?? 'this';
  const others = serves.filter(({ isThis, isAlive, isDraining }) => !isThis && isAlive && !isDraining);
  return { self, members: [self, ...others.map(({ serverId }) => serverId)] };
}

/**
 * What serves keep online, and what is wanted and not held. What commands hold, or anybody for a moment that need not be online, is in
 * nobody's share.
 */
export function sharedSessions(seen: Seen): readonly SharedSession[] {
  const { serves, own, leases, taking, sessions, wanted } = seen;
  const { self } = fleetOf(serves);
  const kept = new Set(sessions.filter(({ wantsOnline }) => wantsOnline).map(({ id }) => id));
  const serverIds = new Set(serves.map(({ serverId }) => serverId));
  const shared = new Map<string, SharedSession>();
  for (const { id } of wanted) {
    const heldBy = taking.has(id) ? self : null;
    shared.set(id, { id, heldBy, isOnline: false, isMovable: false });
  }
  for (const { sessionId: id, serverId, status } of leases) {
    const isKept = serverId !== undefined && serverIds.has(serverId) && kept.has(id);
    if (!isKept) shared.delete(id);
    else shared.set(id, { id, heldBy: serverId, isOnline: status === 'logged_in', isMovable: true });
  }
  for (const id of own.ids) {
    const held = own.get(id);
    const isOnline = held?.status === 'logged_in';
    if (!kept.has(id)) shared.delete(id);
    else shared.set(id, { id, heldBy: self, isOnline, isMovable: held?.isMovable ?? false });
  }
  return [...shared.values()];
}
