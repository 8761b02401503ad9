import type { Network } from './network.ts';

/** A hand that links whatever is shown to it, after a moment. */
export class AutoPhone {
  private readonly network: Network;
  private timer: NodeJS.Timeout | undefined;

  constructor(network: Network) {
    this.network = network;
  }

  /** Says whether it will act. What was shown before and not yet linked is forgotten. */
  show(link: () => Promise<unknown>, phone: string): boolean {
    const { autoScan, scanAfterMs } = this.network.options;
    if (!autoScan) return false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.act(link, phone), scanAfterMs);
    return true;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async act(link: () => Promise<unknown>, phone: string): Promise<void> {
    try {
      await link();
    } catch (error) {
      this.network.events.emit({ kind: 'phone_refused', phone, reason: (error as Error).message });
    }
  }
}
