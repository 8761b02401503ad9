import { WactlError } from '../errors.ts';
import type { Paired, Wactl } from '../ports/wactl.ts';
import type { Session } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** Limits the question whether it is logged in already. */
const checkTimeoutMs = 30_000;

type Status = Extract<HolderEvent, { kind: 'status' }>;
type Shown = Extract<HolderEvent, { kind: 'qr' | 'pair_code' | 'passkey' }>;

/** A pairing under way. It goes on whether or not anybody follows it. */
export type Pairing = {
  readonly id: string;
  readonly goal: PairGoal;
  /** Resolves once it is known whether the session is logged in already; rejects with why that is not known. */
  readonly begun: Promise<unknown>;
  /** The session as it is once WhatsApp has logged it in; rejects with why it was not, or when another goal has replaced this one. */
  readonly ended: Promise<Paired>;
  /** Sends the current state (status, and the current QR, code or request for a passkey), then each event. The returned function unsubscribes. */
  follow(listener: (event: HolderEvent) => void): () => void;
};

export type PairingParts = {
  readonly wactl: Pick<Wactl, 'pair'>;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** Of a session that is paired: it stays online. */
  readonly maxRetries: number;
  /** The device is paired and was logged in. */
  readonly onPaired: (session: Session) => void;
};

type Replaceable = Pairing & {
  /** Another goal takes its place: the work goes on for that one. */
  readonly replace: () => void;
};

/** The pairings that requests have begun: one a session. Another goal takes the place of the one before it. */
export class Pairings {
  readonly #parts: PairingParts;
  readonly #underWay = new Map<string, Replaceable>();

  constructor(parts: PairingParts) {
    this.#parts = parts;
  }

  /** The one under way when it has this goal, else a new one. */
  start(id: string, goal: PairGoal): Pairing {
    const current = this.#underWay.get(id);
    if (current && isSameGoal(current.goal, goal)) return current;
    const pairing = this.#begin(id, goal);
    this.#underWay.set(id, pairing);
    current?.replace();
    const forget = (): void => {
      if (this.#underWay.get(id) === pairing) this.#underWay.delete(id);
    };
    pairing.ended.then(({ session, already }) => {
      forget();
      if (!already) this.#parts.onPaired(session);
    }, forget);
    return pairing;
  }

  #begin(id: string, goal: PairGoal): Replaceable {
    const { wactl, signal, maxRetries } = this.#parts;
    const listeners = new Set<(event: HolderEvent) => void>();
    let status: Status | null = null;
    let shown: Shown | null = null;
    let begins: () => void = () => undefined;
    const begin = new Promise<void>((resolve) => (begins = resolve));
    let replace: () => void = () => undefined;
    const replaced = new Promise<never>((_, reject) => (replace = () => reject(replacedPairing(id))));
    let hasStarted = false;
    const options = { signal, checkTimeoutMs, stayOnline: { maxRetries }, onBegin: () => begins() };
    const paired = wactl.pair(id, goal, options, (event) => {
      if (isOfAnother(goal, event)) {
        // Until it has started, what is told is of the pairing that it replaces.
        if (hasStarted) replace();
        return;
      }
      if (event.kind === 'qr' || event.kind === 'pair_code' || event.kind === 'passkey') shown = event;
      if (event.kind === 'status') {
        status = event;
        if (event.status === 'connecting') {
          shown = null;
          hasStarted = true;
        }
      }
      for (const listener of [...listeners]) listener(event);
    });
    const ended = Promise.race([paired, replaced]);
    const begun = Promise.race([begin, ended]);
    // Not everybody waits for it.
    begun.catch(() => undefined);
    return {
      id,
      goal,
      begun,
      ended,
      replace,
      follow(listener) {
        if (status) listener(status);
        if (shown) listener(shown);
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }
}

/** Whether an event shows what a pairing of another goal shows: a QR instead of a code, or a code for another phone. */
function isOfAnother(goal: PairGoal, event: HolderEvent): boolean {
  if (event.kind === 'qr') return goal.kind !== 'pair_by_qr';
  if (event.kind !== 'pair_code') return false;
  if (goal.kind !== 'pair_by_code') return true;
  return event.phone !== goal.phone || (goal.code !== undefined && event.code !== goal.code);
}

const replacedPairing = (id: string): WactlError =>
  new WactlError(
    'pairing_expired',
    `${id}: another request has taken this pairing over, for another phone or in another way`,
    'ask again to take it back',
  );

const isSameGoal = (one: PairGoal, other: PairGoal): boolean =>
  one.kind === 'pair_by_qr' || other.kind === 'pair_by_qr'
    ? one.kind === other.kind
    : one.phone === other.phone && (other.code === undefined || one.code === other.code);
