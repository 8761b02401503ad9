import type { Clock } from '../ports/clock.ts';

/** `network`: this machine's addresses have changed · `resumed`: it was asleep, so open connections are dead. */
export type Wakeup = 'network' | 'resumed';

type Listener = (wakeup: Wakeup) => void;

const lookEveryMs = 2_000;
/** A check this late was not merely delayed by a busy machine. */
const asleepForMs = 20_000;

export type WakeupParts = {
  readonly clock: Clock;
  /** The addresses of this machine as text that changes when they change; empty when it has none. May throw. */
  readonly addresses: () => string;
  /** Called once when they cannot be read. */
  readonly warn: (sentence: string) => void;
};

/** Checks every two seconds, while there are listeners, whether the network came back or the machine was asleep. */
export class Wakeups {
  readonly #parts: WakeupParts;
  readonly #listeners = new Set<Listener>();
  #ended: AbortController | undefined;
  #isWarned = false;

  constructor(parts: WakeupParts) {
    this.#parts = parts;
  }

  /** The result stops it. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (!this.#ended) {
      this.#ended = new AbortController();
      void this.#look(this.#ended.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#ended?.abort();
      this.#ended = undefined;
    };
  }

  async #look(ended: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    let known = this.#addresses() ?? '';
    let at = clock.now().getTime();
    const isOver = (): Promise<boolean> =>
      clock.sleep(lookEveryMs, ended).then(
        () => false,
        () => true,
      );
    while (!(await isOver())) {
      const late = clock.now().getTime() - at - lookEveryMs;
      const here = this.#addresses() ?? known;
      const isBack = here !== known && here !== '';
      at = clock.now().getTime();
      known = here;
      if (late >= asleepForMs) this.#tell('resumed');
      else if (isBack) this.#tell('network');
    }
  }

  /** Undefined when they cannot be read: a service may lack permission, or file descriptors may run out. */
  #addresses(): string | undefined {
    try {
      return this.#parts.addresses();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#isWarned)
        this.#parts.warn(
          `the network addresses of this machine cannot be read (${why}), so wactl notices later when the network comes back`,
        );
      this.#isWarned = true;
      return undefined;
    }
  }

  #tell(wakeup: Wakeup): void {
    for (const listener of [...this.#listeners]) listener(wakeup);
  }
}
