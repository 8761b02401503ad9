import type { Close } from '../domain/close.ts';
import type { Fleet, SharedSessions } from '../domain/fair-share.ts';
import type { SeenLogins } from '../domain/login-trust.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import type { Overview } from '../ports/overview.ts';

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
  /** Why it is not logged in, as far as that has been tried. */
  readonly close: Close | null;
  /** Whether another host can take it over. */
  readonly isMovable: boolean;
  /** Lets it go, for another host to take it. */
  handOver(): Promise<void>;
};

export type Seen = {
  /** The serves that share the sessions; none where a store is one machine's alone. */
  readonly serves: readonly ServingHost[];
  readonly own: Pick<OwnSessions, 'ids' | 'get'>;
  readonly overview: Overview;
  /** Of what is free, what is to be taken now. */
  readonly wanted: readonly Session[];
  /** What this process is about to take. */
  readonly taking: ReadonlySet<string>;
};

/** The serves that take sessions. `takesShare`: whether this one does, unless it is the only one. */
export function fleetOf(serves: readonly ServingHost[], takesShare: boolean): Fleet {
  const self = selfOf(serves);
  const others = othersOf(serves);
  return { self, members: takesShare || others.length === 0 ? [self, ...others] : others };
}

const selfOf = (serves: readonly ServingHost[]): string =>
  serves.find(({ isThis }) => isThis)?.serverId ?? 'this';

const othersOf = (serves: readonly ServingHost[]): readonly string[] =>
  serves
    .filter(({ isThis, isAlive, isDraining }) => !isThis && isAlive && !isDraining)
    .map(({ serverId }) => serverId);

/** Who can log in, here and elsewhere. */
export function seenLogins({ serves, own, overview }: Omit<Seen, 'wanted' | 'taking'>): SeenLogins {
  const sessions = own.ids.flatMap((id) => own.get(id) ?? []);
  const others = othersOf(serves);
  const isOnlineElsewhere = others.some((serverId) => overview.loggedIn.has(serverId));
  return {
    own: sessions.filter(({ isMovable }) => isMovable),
    isOnlineHere: sessions.some(({ status }) => status === 'logged_in'),
    others: others.length === 0 ? 'none' : isOnlineElsewhere ? 'online' : 'offline',
  };
}

/**
 * What serves keep online, and what is wanted and not held. What commands hold, or anybody for a moment that need not be online, is in
 * nobody's share.
 */
export function sharedSessions({ serves, own, overview, wanted, taking }: Seen): SharedSessions {
  const self = selfOf(serves);
  const wished = new Set(overview.free.filter(({ wantsOnline }) => wantsOnline).map(({ id }) => id));
  const isKept = (id: string): boolean => overview.own.has(id) || wished.has(id);
  const mine = own.ids.filter(isKept);
  const isMine = new Set([...mine, ...overview.own]);
  const coming = wanted.filter(({ id }) => taking.has(id) && !isMine.has(id));
  const held = new Map(serves.map(({ serverId }) => [serverId, overview.kept.get(serverId) ?? 0]));
  held.set(self, isMine.size + coming.length);
  return {
    held,
    free: wanted.map(({ id }) => id).filter((id) => !isMine.has(id) && !taking.has(id)),
    movable: mine.flatMap((id) => {
      const session = own.get(id);
      return session?.isMovable ? [{ id, isOnline: session.status === 'logged_in' }] : [];
    }),
  };
}
