import type { Holder } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

type Status = Extract<HolderEvent, { kind: 'status' }>;
type Shown = Extract<HolderEvent, { kind: 'qr' | 'pair_code' }>;

/** A pairing under way. It goes on whether or not anybody follows it. */
export type Pairing = {
  readonly goal: PairGoal;
  /** The session as it is once WhatsApp has logged it in; rejects with why it was not. */
  readonly ended: Promise<Session>;
  /** Sends the current state (status, and the current QR or code), then each event. The returned function unsubscribes. */
  follow(listener: (event: HolderEvent) => void): () => void;
};

export type PairingParts = {
  readonly holder: Pick<Holder, 'pair'>;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** Of a session that is paired: it stays online. */
  readonly maxRetries: number;
  /** The device is paired and was logged in. */
  readonly onPaired: (session: Session) => void;
};

/** The pairings that requests have begun: one a session. Another goal takes the place of the one before it. */
export class Pairings {
  readonly #parts: PairingParts;
  readonly #underWay = new Map<string, Pairing>();

  constructor(parts: PairingParts) {
    this.#parts = parts;
  }

  get(id: string): Pairing | undefined {
    return this.#underWay.get(id);
  }

  /** The one under way when it has this goal, else a new one. */
  start(session: Session, goal: PairGoal): Pairing {
    const current = this.#underWay.get(session.id);
    if (current && isSameGoal(current.goal, goal)) return current;
    const pairing = this.#begin(session, goal);
    this.#underWay.set(session.id, pairing);
    const forget = (): void => {
      if (this.#underWay.get(session.id) === pairing) this.#underWay.delete(session.id);
    };
    pairing.ended.then((paired) => {
      forget();
      this.#parts.onPaired(paired);
    }, forget);
    return pairing;
  }

  #begin(session: Session, goal: PairGoal): Pairing {
    const { holder, signal, maxRetries } = this.#parts;
    const listeners = new Set<(event: HolderEvent) => void>();
    let status: Status | null = null;
    let shown: Shown | null = null;
    const ended = holder.pair(session, goal, { signal, stayOnline: { maxRetries } }, (event) => {
      if (event.kind === 'qr' || event.kind === 'pair_code') shown = event;
      if (event.kind === 'status') {
        status = event;
        if (event.status === 'connecting') shown = null;
      }
      for (const listener of [...listeners]) listener(event);
    });
    return {
      goal,
      ended,
      follow(listener) {
        if (status) listener(status);
        if (shown) listener(shown);
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }
}

const isSameGoal = (one: PairGoal, other: PairGoal): boolean =>
  one.kind === 'pair_by_qr' || other.kind === 'pair_by_qr'
    ? one.kind === other.kind
    : one.phone === other.phone && (other.code === undefined || one.code === other.code);
