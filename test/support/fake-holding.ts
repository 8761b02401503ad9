import { createHolder } from '../../src/holder/create-holder.ts';
import type { Wakeups } from '../../src/holder/wakeups.ts';
import type { Observer } from '../../src/ports/observer.ts';
import type { Lease, Leases } from '../../src/ports/leases.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { Session } from '../../src/domain/session.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeMachine } from './fake-machine.ts';
import { FakeWhatsApp, somebody } from './fake-whatsapp.ts';
import type { Script } from './fake-whatsapp.ts';
import { memoryStore } from './memory-store.ts';
import { pairInStore } from './pair-in-store.ts';
import type { HolderEvent } from '../../src/domain/held.ts';
import type { SessionPatch } from '../../src/domain/session-change.ts';

/** A holder on a store in memory, with a fake engine, a fake clock and one session in it. */
export type Holding = {
  readonly clock: FakeClock;
  readonly store: ReturnType<typeof memoryStore>;
  readonly whatsapp: FakeWhatsApp;
  readonly holder: Holder;
  readonly interrupt: AbortController;
  /** The holder's events, each in a few words. */
  readonly told: string[];
  readonly warnings: string[];
  readonly onEvent: (event: HolderEvent) => void;
  /** The session as it is stored. */
  readonly session: () => Promise<Session>;
  readonly machine: FakeMachine;
  /** Another process on the same store, with the same engine; one of another machine calls this one `machine`. */
  readonly process: (
    pid: number,
    wakeups?: Wakeups,
    machine?: string,
  ) => ReturnType<typeof createHolder> & { readonly lifetime: AbortController };
};

const id = 'a';

/** The leases of the machine `host`, where each process is reached at the port that is its pid. */
function seenFromElsewhere(leases: Leases, host: string): Leases {
  const seen = (lease: Lease): Lease => {
    const at = String(lease.pid);
    return { ...lease, host, url: `http://${host}:${at}`, serverId: `server-${at}` };
  };
  return {
    ...leases,
    async leaseOf(sessionId) {
      const lease = await leases.leaseOf(sessionId);
      return lease && seen(lease);
    },
    leases: async () => (await leases.leases()).map(seen),
  };
}

export async function holding(
  scripts: readonly Script[],
  paired?: SessionPatch,
  observer?: Observer,
): Promise<Holding> {
  const clock = new FakeClock();
  const store = memoryStore(() => clock.now());
  const peersOf = new FakeMachine();
  const whatsapp = new FakeWhatsApp({ clock }, scripts);
  await store.create({ id, name: null, webhook: null, proxy: null, endpoint: null });
  if (paired) {
    await pairInStore(store, id, somebody);
    await store.update(id, paired);
  }
  const told: string[] = [];
  const warnings: string[] = [];
  const process = (pid: number, wakeups?: Wakeups, machine?: string) => {
    const lifetime = new AbortController();
    const leases = machine === undefined ? store.leases : seenFromElsewhere(store.leases, machine);
    const engine = () => Promise.resolve(whatsapp);
    const facts = { ...whatsapp.info, uptimeSeconds: pid, rssBytes: pid };
    const parts = {
      store,
      leases,
      whatsapp: engine,
      engine: () => Promise.resolve(facts),
      clock,
      pid,
      peers: peersOf.peers(pid),
      ...(observer && { observer }),
      warn: (sentence: string) => void warnings.push(sentence),
    };
    return {
      ...createHolder({ ...parts, ...(wakeups && { wakeups }), lifetime: lifetime.signal }),
      lifetime,
    };
  };
  return {
    clock,
    store,
    whatsapp,
    holder: process(1).holder,
    machine: peersOf,
    process,
    interrupt: new AbortController(),
    told,
    warnings,
    onEvent: (event) => told.push(words(event)),
    async session() {
      const session = await store.get(id);
      if (!session) throw new Error('the session is gone');
      return session;
    },
  };
}

function words(event: HolderEvent): string {
  switch (event.kind) {
    case 'status': {
      const { status, close, retryInMs } = event;
      return [status, close?.reason, retryInMs === null ? null : `in ${String(retryInMs)}`]
        .filter((word) => word !== null && word !== undefined)
        .join(' ');
    }
    case 'qr':
      return `qr ${String(event.seq)}`;
    case 'message':
      return `message ${event.message.id}`;
    case 'push_name':
      return `push_name ${event.pushName}`;
    default:
      return event.kind;
  }
}

/** The error that a promise was rejected with; fails when it was not rejected. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('nothing');
  const error: unknown = await promise.then(
    () => nothing,
    (reason: unknown) => reason,
  );
  if (error === nothing) throw new Error('it was not rejected');
  return error;
}
