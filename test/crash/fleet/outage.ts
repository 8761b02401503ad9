import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';

const everyMs = 50;

/** From its making until every device has a connection that answers for a message of this time. Phones are chatting meanwhile. */
export class Outage {
  readonly #fleet: Fleet;
  readonly #since = performance.now();
  readonly #watching: NodeJS.Timeout;
  readonly #answering = new Set<string>();
  #lastSeen = this.#since;
  #last = '';

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#watching = setInterval(() => this.#look(), everyMs);
  }

  /** How long it has lasted: up to the last moment at which something was offline. */
  get ms(): number {
    return this.#lastSeen - this.#since;
  }

  /** What was offline last, and what had a connection and did not answer. */
  get last(): string {
    return this.#last;
  }

  /** Resolves when it is over, or the patience. */
  async over(patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!this.#look() && performance.now() < until) await sleep(everyMs);
    this.end();
  }

  /** Watches no more. */
  end(): void {
    clearInterval(this.#watching);
  }

  #look(): boolean {
    const { devices } = this.#fleet.place.sandbox;
    for (const { jid, undelivered } of devices) {
      if (this.#answering.has(jid)) continue;
      const waiting = new Set(undelivered.map(({ attrs }) => attrs['id']));
      const sent = this.#fleet.sentTo(jid, this.#since);
      if (sent.some((id) => !waiting.has(id))) this.#answering.add(jid);
    }
    const bad = devices.flatMap(({ jid, online }) =>
      online ? (this.#answering.has(jid) ? [] : [`${jid} does not answer`]) : [`${jid} is offline`],
    );
    if (bad.length === 0) return true;
    this.#lastSeen = performance.now();
    this.#last = bad.join(', ');
    return false;
  }
}
