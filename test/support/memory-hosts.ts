import type { ServingHost } from '../../src/domain/serving-host.ts';
import type { Hosts, HostState } from '../../src/ports/hosts.ts';

const termMs = 30_000;
const forgottenAfterMs = 3_600_000;

type Facts = Pick<ServingHost, 'serverId' | 'name' | 'version' | 'pid'>;
type Kept = Facts & HostState & Pick<ServingHost, 'startedAt' | 'seenAt'>;

/** The hosts on one store in memory, as faithful as the contract suite can tell; `of` is one of them. */
export function memoryHosts(now: () => Date): { readonly of: (facts: Facts) => Hosts } {
  const kept = new Map<string, Kept>();
  const ageMs = ({ seenAt }: Kept): number => now().getTime() - seenAt.getTime();
  const of = (facts: Facts): Hosts => ({
    serverId: facts.serverId,
    everyMs: termMs / 3,
    announce(state) {
      const { startedAt } = kept.get(facts.serverId) ?? { startedAt: now() };
      kept.set(facts.serverId, { ...facts, ...state, startedAt, seenAt: now() });
      return Promise.resolve();
    },
    leave() {
      kept.delete(facts.serverId);
      return Promise.resolve();
    },
    ownAddress: () => Promise.resolve('10.0.0.11'),
    secret: () => Promise.resolve({ secret: Buffer.alloc(32, 7), now: now() }),
    hosts: () =>
      Promise.resolve(
        [...kept.values()]
          .filter((one) => ageMs(one) < forgottenAfterMs)
          .sort((a, b) => order(a.name, b.name) || order(a.serverId, b.serverId))
          .map((one) => ({
            ...one,
            isAlive: ageMs(one) < termMs,
            isThis: one.serverId === facts.serverId,
          })),
      ),
  });
  return { of };
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
