import type { Network } from './network.ts';

/** A simulated person who links whatever is shown, after a moment. */
export class AutoPhone {
  readonly #network: Network;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** Returns whether it will act: once per `text`, whichever client shows it. */
  show(text: string, link: () => Promise<unknown>, phone: string): boolean {
    const { autoScan, scanAfterMs } = this.#network.options;
    if (!autoScan) return false;
    if (this.#timers.has(text)) return true;
    this.#timers.set(
      text,
      setTimeout(() => void this.#act(link, phone), scanAfterMs),
    );
    return true;
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #act(link: () => Promise<unknown>, phone: string): Promise<void> {
    try {
      await link();
    } catch (error) {
      this.#network.events.emit({ kind: 'phone_refused', phone, reason: (error as Error).message });
    }
  }
}
