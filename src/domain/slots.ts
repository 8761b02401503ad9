/** A slot that was given. */
type Turn = {
  /** Whether it came only after others had left. */
  readonly hasQueued: boolean;
  /** Gives the slot back; a second call does nothing. */
  readonly leave: () => void;
};

/** Limits how many run at once; first come, first served. */
export class Slots {
  #free: number;
  readonly #queue = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot. Throws the signal's reason when that is aborted first. */
  async enter(signal: AbortSignal | undefined): Promise<Turn> {
    signal?.throwIfAborted();
    const hasQueued = this.#free === 0;
    if (hasQueued) await this.#turn(signal);
    else this.#free -= 1;
    let isInside = true;
    const leave = (): void => {
      if (isInside) this.#handOver();
      isInside = false;
    };
    return { hasQueued, leave };
  }

  /** Runs `work` in a slot of its own. */
  async run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const { leave } = await this.enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Resolves when another one hands its slot over. */
  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#queue.delete(come);
        reject(signal?.reason as Error);
      };
      this.#queue.add(come);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  #handOver(): void {
    const [next] = this.#queue;
    if (!next) return void (this.#free += 1);
    this.#queue.delete(next);
    next();
  }
}

/** Runs `work` on each item, at most `limit` at once; results in the order of the items. Starts none after a failure. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const slots = new Slots(limit);
  let failure: { readonly error: unknown } | undefined;
  const attempt = async (item: T): Promise<R> => {
    if (failure) throw failure.error;
    try {
      return await work(item);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  return Promise.all(items.map((item) => slots.run(undefined, () => attempt(item))));
}
