/** The sessions that serves keep online, or that should be online. */
export type SharedSessions = {
  /** How many each serve has, by its `serverId`; also those that take no more. */
  readonly held: ReadonlyMap<string, number>;
  /** Those that no process has. */
  readonly free: readonly string[];
  /** Those of this serve that it can let go of, and another take. */
  readonly movable: readonly { readonly id: string; readonly isOnline: boolean }[];
};

export type Fleet = {
  /** This serve. */
  readonly self: string;
  /** The serves that take sessions, this one among them. */
  readonly members: readonly string[];
};

export type Share = {
  /** The sessions to take now. No other member that sees the same takes one of them. */
  readonly take: readonly string[];
  readonly letGo: readonly string[];
  /** How many this serve should have. */
  readonly quota: number;
  /** How many nobody holds. */
  readonly free: number;
};

/** This part of a share may be too much or too little, so that large fleets do not move sessions all the time. */
const tolerated = 1 / 20;
/** So many sessions that are online are let go of at once. Those that are not lose nothing by it. */
const movedAtOnce = 8;

/**
 * What one serve has to do so that all have the same number of sessions, give or take one: each works it out by itself, from what
 * all see. It takes what nobody holds up to its share, and lets go only of what another lacks.
 */
export function fairShare({ self, members }: Fleet, { held, free, movable }: SharedSessions): Share {
  const counts = new Map(members.map((member) => [member, held.get(member) ?? 0]));
  const total = [...held.values()].reduce((sum, count) => sum + count, free.length);
  const quotas = quotasOf(counts, total);
  const lacks = new Map([...quotas].map(([member, quota]) => [member, quota - (counts.get(member) ?? 0)]));
  const slack = Math.floor((total / members.length) * tolerated);
  const take = dealt(free, lacks).get(self) ?? [];
  // What is free, or soon will be, goes to those that lack some.
  const isTaken =
    free.length === 0 && [...held].every(([member, count]) => count === 0 || counts.has(member));
  const isUneven = [...lacks.values()].some((lack) => -lack > slack || (lack > slack && isTaken));
  const surplus = isUneven ? Math.max(0, -(lacks.get(self) ?? 0)) : 0;
  const letGo = surplus > 0 ? leastWanted(self, movable, surplus) : [];
  return { take, letGo, quota: quotas.get(self) ?? 0, free: free.length };
}

/** How many each should have. Those that have most get one more, so that the fewest move. */
function quotasOf(counts: ReadonlyMap<string, number>, total: number): ReadonlyMap<string, number> {
  const least = Math.floor(total / counts.size);
  const more = total % counts.size;
  const most = [...counts].sort(([a, has], [b, hasToo]) => hasToo - has || order(a, b));
  return new Map(most.map(([member], at) => [member, at < more ? least + 1 : least]));
}

/** Deals free sessions out to those that lack some: each session to the one that has the highest weight for it. */
function dealt(
  free: readonly string[],
  lacks: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly string[]> {
  const hands = new Map(
    [...lacks].filter(([, lack]) => lack > 0).map(([member]) => [member, [] as string[]]),
  );
  for (const id of [...free].sort(order)) {
    const open = [...hands].filter(([member, hand]) => hand.length < (lacks.get(member) ?? 0));
    const [first, ...others] = open.map(([member, hand]) => ({ hand, weight: weight(member, id) }));
    if (!first) break;
    others.reduce((best, other) => (other.weight > best.weight ? other : best), first).hand.push(id);
  }
  return hands;
}

/** First those that are not online, then those for which it has the lowest weight. */
function leastWanted(self: string, movable: SharedSessions['movable'], count: number): readonly string[] {
  const own = movable
    .map(({ id, isOnline }) => ({ id, isOnline, weight: weight(self, id) }))
    .sort((a, b) => Number(a.isOnline) - Number(b.isOnline) || a.weight - b.weight || order(a.id, b.id));
  const idle = own.filter(({ isOnline }) => !isOnline).length;
  return own.slice(0, Math.min(count, Math.max(idle, movedAtOnce))).map(({ id }) => id);
}

/** Rendezvous hashing: FNV-1a over both names, then the finalizer of MurmurHash3, which mixes all bits. */
function weight(member: string, id: string): number {
  let hash = 0x811c9dc5;
  for (const text of [member, '\0', id])
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
