import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShare } from '../../src/domain/fair-share.ts';
import type { Share } from '../../src/domain/fair-share.ts';

type SharedSession = {
  readonly id: string;
  /** The serve that holds it; null: none. */
  readonly heldBy: string | null;
  readonly isOnline: boolean;
  readonly isMovable: boolean;
};

/** The share of `self`, as it sees these sessions. */
function shareOf(self: string, members: readonly string[], sessions: readonly SharedSession[]): Share {
  const holders = sessions.flatMap(({ heldBy }) => heldBy ?? []);
  return fairShare(
    { self, members },
    {
      held: new Map(
        [...new Set(holders)].map((one) => [one, holders.filter((other) => other === one).length]),
      ),
      free: sessions.filter(({ heldBy }) => heldBy === null).map(({ id }) => id),
      movable: sessions.filter(({ heldBy, isMovable }) => heldBy === self && isMovable),
    },
  );
}

/** `held`: how many each serve holds, and how many nobody holds. */
function sessionsOf(held: Readonly<Record<string, number>>, free = 0): readonly SharedSession[] {
  const all = [...Object.entries(held), [null, free] as const];
  return all.flatMap(([heldBy, count]) =>
    Array.from({ length: count }, (_, at) => ({
      id: `${heldBy ?? 'free'}-${at}`,
      heldBy,
      isOnline: heldBy !== null,
      isMovable: true,
    })),
  );
}

/** How many each of them takes and lets go. */
function steps(members: readonly string[], sessions: readonly SharedSession[]): Record<string, string> {
  return Object.fromEntries(
    members.map((self) => {
      const { take, letGo } = shareOf(self, members, sessions);
      return [self, `+${take.length} -${letGo.length}`];
    }),
  );
}

describe('the fair share', () => {
  it('of one serve alone is everything', () => {
    const { take, letGo } = shareOf('a', ['a'], sessionsOf({ a: 3 }, 900));
    expect([take.length, letGo]).toEqual([900, []]);
  });

  it.each([
    ['free sessions are dealt out', { a: 0, b: 0, c: 0 }, 9, { a: '+3 -0', b: '+3 -0', c: '+3 -0' }],
    ['to those that have fewest', { a: 3, b: 2, c: 0 }, 2, { a: '+0 -0', b: '+0 -0', c: '+2 -0' }],
    [
      'one that comes gets some',
      { a: 3, b: 3, c: 3, d: 0 },
      0,
      { a: '+0 -0', b: '+0 -1', c: '+0 -1', d: '+0 -0' },
    ],
    ['one more is fair', { a: 4, b: 3 }, 0, { a: '+0 -0', b: '+0 -0' }],
    ['and so is a twentieth', { a: 105, b: 95 }, 0, { a: '+0 -0', b: '+0 -0' }],
    ['beyond, eight at a time move', { a: 140, b: 60 }, 0, { a: '+0 -8', b: '+0 -0' }],
    ['not while there are free ones', { a: 3, b: 0 }, 2, { a: '+0 -0', b: '+2 -0' }],
    ['fewer sessions than serves', { a: 5, b: 0, c: 0 }, 0, { a: '+0 -3', b: '+0 -0', c: '+0 -0' }],
  ])('%s', (_, held, free, expected) => {
    expect(steps(Object.keys(held), sessionsOf(held, free))).toEqual(expected);
  });

  it('has those of a serve that is going in it, which nobody takes before it lets go', () => {
    const sessions = sessionsOf({ a: 5, b: 3, gone: 3 });
    expect(steps(['a', 'b'], sessions)).toEqual({ a: '+0 -0', b: '+0 -0' });
  });

  it('sessions that are not online move at once, and first; one that cannot move stays', () => {
    const sessions = sessionsOf({ a: 40, b: 0 }).map((session, at) => ({
      ...session,
      isOnline: at < 30,
      isMovable: at > 0,
    }));
    const letGo = (all: readonly SharedSession[]) => shareOf('a', ['a', 'b'], all).letGo;
    expect(new Set(letGo(sessions))).toEqual(new Set(sessions.slice(30).map(({ id }) => id)));
    const allOnline = sessions.map((session) => ({ ...session, isOnline: true }));
    expect(letGo(allOnline)).toHaveLength(8);
    expect(letGo(sessions.map((session) => ({ ...session, isMovable: false })))).toEqual([]);
  });

  const fleet = fc
    .record({
      members: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 }),
      holders: fc.array(fc.nat(7), { maxLength: 120 }),
    })
    .map(({ members, holders }) => ({
      members,
      sessions: holders.map((holder, at): SharedSession => {
        // One of them, none, or one that is going.
        const heldBy = holder === 7 ? 'going' : (members[holder] ?? null);
        return { id: `s${at}`, heldBy, isOnline: heldBy !== null, isMovable: true };
      }),
    }));
  const countOf = (sessions: readonly SharedSession[], member: string | null): number =>
    sessions.filter(({ heldBy }) => heldBy === member).length;

  it('gives each free session to exactly one of those that see the same', () => {
    fc.assert(
      fc.property(fleet, ({ members, sessions }) => {
        const taken = members.flatMap((self) => shareOf(self, members, sessions).take);
        const free = sessions.filter(({ heldBy }) => heldBy === null).map(({ id }) => id);
        expect([...taken].sort()).toEqual([...free].sort());
      }),
    );
  });

  it('has nobody let go of more than others lack', () => {
    fc.assert(
      fc.property(fleet, ({ members, sessions }) => {
        const most = Math.ceil(sessions.length / members.length);
        const lacking = members.map((member) => Math.max(0, most - countOf(sessions, member)));
        const lack = lacking.reduce((sum, one) => sum + one, 0) - countOf(sessions, null);
        const all = members.map((self) => ({ self, ...shareOf(self, members, sessions) }));
        expect(all.flatMap(({ letGo }) => letGo).length).toBeLessThanOrEqual(Math.max(0, lack));
        for (const { self, take, letGo } of all) {
          expect(take.length === 0 || letGo.length === 0).toBe(true);
          const left = countOf(sessions, self) - letGo.length;
          if (letGo.length > 0)
            expect(left).toBeGreaterThanOrEqual(Math.floor(sessions.length / members.length));
        }
      }),
    );
  });

  it('is reached in few steps, by all at once or one by one, and kept', () => {
    fc.assert(
      fc.property(fleet, fc.boolean(), ({ members, sessions }, isAtOnce) => {
        let now: readonly SharedSession[] = sessions.map((session) =>
          session.heldBy === 'going' ? { ...session, heldBy: null } : session,
        );
        const step = (): number => {
          let moved = 0;
          let seen = now;
          for (const self of members) {
            if (!isAtOnce) seen = now;
            const { take, letGo } = shareOf(self, members, seen);
            moved += take.length + letGo.length;
            now = now.map((session) => {
              if (take.includes(session.id)) return { ...session, heldBy: self, isOnline: true };
              return letGo.includes(session.id) ? { ...session, heldBy: null, isOnline: false } : session;
            });
          }
          return moved;
        };
        let count = 0;
        while (step() > 0) expect(++count).toBeLessThan(40);
        const counts = members.map((member) => countOf(now, member));
        expect(counts.reduce((sum, one) => sum + one, 0)).toBe(sessions.length);
        const fair = sessions.length / members.length;
        for (const one of counts) expect(Math.abs(one - fair)).toBeLessThan(1 + fair / 20);
      }),
    );
  });
});
