import { randomUUID } from 'node:crypto';
import { DamagedSessionError, LeaseLostError, NotHeldError, SessionNotFoundError } from '../errors.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder, OnHolderEvent } from '../ports/holder.ts';
import type { Lease, LeaseLoss, Leases } from '../ports/leases.ts';
import type { HeldSessions, SessionStore } from '../ports/store.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { WhatsApp } from '../ports/whatsapp.ts';
import { abortable } from './abortable.ts';
import { callEach } from './call-each.ts';
import { ConnectGate } from './connect-gate.ts';
import { loginsAtOnce } from '../domain/logins-at-once.ts';
import type { Feed, FeedEvent, FeedListener } from '../ports/feed.ts';
import { SessionRunner } from './session-runner.ts';
import { localHolder } from './local-holder.ts';
import type { HolderParts } from './parts.ts';
import { reportLoss } from './report-loss.ts';
import type { Peers } from '../ports/peers.ts';
import type { Wakeups } from './wakeups.ts';
import type { Task } from './task.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { EngineRecord } from '../domain/engine.ts';
import type { Observer } from '../ports/observer.ts';

/** How long the deliveries of a session may take that another host is waiting for, which goes on with them. */
const handOverWithinMs = 1_000;

export type SessionRegistryParts = {
  readonly store: SessionStore;
  readonly leases: Leases;
  readonly clock: Clock;
  /** Loads the engine at the first call. */
  readonly whatsapp: () => Promise<WhatsApp>;
  readonly peers: Peers;
  /** Of this process. */
  readonly pid: number;
  /** Its name, where it is not wactl. */
  readonly program?: string;
  readonly engine: (session?: Pick<Session, 'endpoint'>) => Promise<EngineRecord>;
  /** Prepares a pairing while the engine is loading. */
  readonly beforePairing?: (session: Session) => void;
  readonly deviceName?: string;
  readonly wakeups?: Wakeups;
  readonly observer?: Observer;
  readonly warn: (sentence: string) => void;
};

/** A lease of this process on a session. */
type Tenure = {
  readonly leaseId: string;
  /** Where it writes under it. */
  readonly own: HeldSessions;
  /** Aborted when the session is another process's, or may be. */
  readonly lost: AbortSignal;
  readonly lose: (why: LeaseLoss) => void;
};

/** The sessions that this process holds. */
export class SessionRegistry {
  /** The holder that other processes see. */
  readonly holder: Holder;
  readonly feed: Feed;
  readonly #parts: SessionRegistryParts;
  readonly #sessions = new Map<string, SessionRunner>();
  readonly #listeners = new Set<FeedListener>();
  readonly #gate: ConnectGate;

  constructor(parts: SessionRegistryParts) {
    this.#parts = parts;
    this.#gate = new ConnectGate(parts.clock, loginsAtOnce);
    this.holder = localHolder(this.#sessions, parts.engine, parts.observer);
    this.feed = (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    };
  }

  get(id: string): SessionRunner | undefined {
    return this.#sessions.get(id);
  }

  /** Also those that it is taking, or letting go. */
  get ids(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  /** From now on so many log in at once. */
  limitLogins(count: number): void {
    this.#gate.limit(count);
  }

  /**
   * Takes a session, runs the task, and lets the session go. Null when another process has it; a lease known to be
   * `dead` is replaced. Throws NotHeldError when this process has taken it meanwhile: ask again. The order: socket
   * open, lease taken, record read, connection opened; and connection closed, store written, lease released.
   */
  take<T>(
    { id }: Session,
    task: Task<T>,
    signal: AbortSignal,
    onEvent: OnHolderEvent,
    dead?: Lease,
  ): SessionRunner<T> {
    if (this.#sessions.has(id)) throw new NotHeldError(id);
    const { store, leases, clock, pid, program, observer, warn } = this.#parts;
    const leaseId = randomUUID();
    const lost = new AbortController();
    const lose = (why: LeaseLoss): void => {
      if (lost.signal.aborted) return;
      warn(`${id}: ${lossWords[why]}: its connection is closed, and nothing more of it is stored here`);
      lost.abort(new LeaseLostError(id));
    };
    const own = reportLoss(store.under(leaseId), lost.signal, () => lose('not_current'));
    const over = joinSignals(signal, lost.signal);
    let said: SessionStatus = 'connecting';
    let written = Promise.resolve();
    const held = new SessionRunner<T>({
      id,
      pid,
      program,
      since: clock.now(),
      task,
      signal: over.signal,
      onEvent,
      claim: () => this.#claim(id, { leaseId, own, lost: lost.signal, lose }, dead),
      note: (event) => {
        const { status } = held;
        if (status !== said) {
          said = status;
          // A list may show a slightly old status.
          written = written.then(() => leases.setLeaseStatus(leaseId, status)).catch(() => undefined);
        }
        callEach([
          () => this.#tell(id, event),
          () => {
            // Another host takes it at once, and tells that it is logged in.
            const isQuiet = task.looksIn || (held.isHandedOver && event.kind === 'status');
            if (!isQuiet || isFinal(event)) observer?.note(id, event, own);
          },
        ]);
      },
      letGo: async () => {
        try {
          const withinMs = held.isHandedOver ? handOverWithinMs : undefined;
          await observer?.release(id, lost.signal.aborted ? 0 : withinMs);
        } finally {
          await written;
          await leases.release(leaseId);
        }
      },
    });
    this.#sessions.set(id, held as SessionRunner);
    const forget = (): void => {
      over.end();
      this.#sessions.delete(id);
      this.#tell(id, { kind: 'released' });
    };
    held.outcome.then(forget, forget);
    return held;
  }

  async #claim(
    id: string,
    { leaseId, own, lost, lose }: Tenure,
    dead: Lease | undefined,
  ): Promise<{ session: Session; parts: HolderParts } | null> {
    const { store, leases, clock, peers, pid, deviceName, wakeups, observer } = this.#parts;
    // Loading the engine takes longest, so the rest happens meanwhile.
    const engine = this.#parts.whatsapp();
    engine.catch(() => undefined);
    const socketPath = await peers.open(this);
    const claim = { sessionId: id, leaseId, pid, socketPath, status: 'connecting' } as const;
    const lease = await leases.acquire(claim, dead?.leaseId, lose);
    if (lease.leaseId !== leaseId) return null;
    try {
      if (dead) await peers.forget(dead.socketPath);
      const whatsapp = await engine;
      const session = await store.get(id);
      if (!session) throw new SessionNotFoundError(id);
      if (session.damaged === 'delete') throw new DamagedSessionError(session);
      observer?.look(id);
      const more = {
        ...(deviceName === undefined ? {} : { deviceName }),
        ...(wakeups && { wakeups }),
        // Nothing is waited for once it is lost: what could be stored by then would be refused.
        ...(observer && { recorded: () => abortable(observer.recorded(id), lost) }),
      };
      const isHeld = async (): Promise<boolean> => (await leases.leaseOf(id))?.leaseId === leaseId;
      return {
        session,
        parts: { store: own, isHeld, whatsapp, clock, gate: this.#gate, ...more },
      };
    } catch (error) {
      await leases.release(leaseId);
      throw error;
    }
  }

  #tell(id: string, event: FeedEvent): void {
    callEach([...this.#listeners].map((listener) => () => listener(id, event)));
  }
}

const lossWords: Readonly<Record<LeaseLoss, string>> = {
  not_renewed: 'the store could not be reached in time to keep the session',
  not_current: 'another process has the session, or may take it by now',
};

/** Whether only a person can change this status. */
const isFinal = (event: HolderEvent): boolean =>
  event.kind === 'status' && (event.status === 'logged_out' || event.status === 'failed');
