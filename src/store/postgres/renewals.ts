import type { Clock } from '../../ports/clock.ts';
import type { LeaseLoss } from '../../ports/leases.ts';
import { perTerm } from './lease-term.ts';

export type RenewalsParts = {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Milliseconds that never go back. */
  readonly passedMs: () => number;
  /** Renews leases that are not over; resolves to the ids of those that hold. Rejects if a connection says nothing for that long. */
  readonly renew: (leaseIds: readonly string[], withinMs: number) => Promise<readonly string[]>;
  /** How long a lease lasts from when it was asked for. */
  readonly termMs: number;
};

type OnLost = (why: LeaseLoss) => void;
type Held = { readonly onLost: OnLost; since: number };

/** This part of the term is left when a holder gives up, so that its connection is closed before others may take the session. */
const margin = 1 / 6;
const retryMs = 1_000;
/** What an answer may take, whatever is left: a lease that is nearly over does not cost the others theirs. */
const leastMs = 1_000;

/**
 * Renews the leases of this process. One that could not be renewed is lost by the clock of this process, before it is over by that of
 * the server: also after the process was stopped, or the network was away.
 */
export class Renewals {
  readonly #parts: RenewalsParts;
  readonly #held = new Map<string, Held>();
  #end = new AbortController();
  #isRunning = false;

  constructor(parts: RenewalsParts) {
    this.#parts = parts;
  }

  /** `since`: when it was asked for, by `passedMs`. */
  add(leaseId: string, since: number, onLost: OnLost): void {
    this.#held.set(leaseId, { since, onLost });
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#end = new AbortController();
    const { signal } = this.#end;
    for (const loop of [this.#renewing(signal), this.#watching(signal)]) loop.catch(() => undefined);
  }

  remove(leaseId: string): void {
    this.#held.delete(leaseId);
    if (this.#held.size === 0) this.end();
  }

  end(): void {
    this.#held.clear();
    this.#isRunning = false;
    this.#end.abort(new Error('no lease is left'));
  }

  async #renewing(signal: AbortSignal): Promise<void> {
    const { clock, passedMs, renew, termMs } = this.#parts;
    for (let pauseMs = termMs / perTerm; ;) {
      await clock.sleep(pauseMs, signal);
      // After a pause of the whole process this may be the first to run.
      this.#loseOverdue();
      signal.throwIfAborted();
      const since = passedMs();
      const asked = [...this.#held.keys()];
      try {
        const holding = new Set(await renew(asked, Math.max(leastMs, this.#leftMs / 2)));
        signal.throwIfAborted();
        for (const leaseId of asked) {
          const held = this.#held.get(leaseId);
          if (held && holding.has(leaseId)) held.since = since;
          else this.#lose(leaseId, 'not_current');
        }
        pauseMs = termMs / perTerm;
      } catch {
        signal.throwIfAborted();
        pauseMs = Math.min(retryMs, termMs / perTerm);
      }
    }
  }

  /** Apart from the renewals, which may wait for the server. */
  async #watching(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (;;) {
      await clock.sleep(this.#leftMs, signal);
      this.#loseOverdue();
    }
  }

  /** Until the first lease is lost. */
  get #leftMs(): number {
    const oldest = Math.min(...[...this.#held.values()].map(({ since }) => since));
    return Math.max(1, oldest + this.#usableMs - this.#parts.passedMs());
  }

  get #usableMs(): number {
    return this.#parts.termMs * (1 - margin);
  }

  #loseOverdue(): void {
    const now = this.#parts.passedMs();
    for (const [leaseId, { since }] of this.#held)
      if (now - since >= this.#usableMs) this.#lose(leaseId, 'not_renewed');
  }

  #lose(leaseId: string, why: LeaseLoss): void {
    const held = this.#held.get(leaseId);
    if (!held) return;
    this.#held.delete(leaseId);
    if (this.#held.size === 0) this.end();
    held.onLost(why);
  }
}
