/** A slot that was given. */
type Turn = {
  /** Whether it came only after others had left. */
  readonly hasQueued: boolean;
  /** Gives the slot back; a second call does nothing. */
  readonly leave: () => void;
};

/** Limits how many run at once; first come, first served. */
export class Slots {
  #count: number;
  #taken = 0;
  readonly #queue = new Set<() => void>();

  constructor(count: number) {
    this.#count = count;
  }

  /** Those that run go on, also when there are fewer slots now. */
  resize(count: number): void {
    this.#count = count;
    this.#callIn();
  }

  /** Waits for a slot. Throws the signal's reason when that is aborted first. */
  async enter(signal: AbortSignal | undefined): Promise<Turn> {
    signal?.throwIfAborted();
    const hasQueued = this.#taken >= this.#count;
    if (hasQueued) await this.#turn(signal);
    else this.#taken += 1;
    let isInside = true;
    const leave = (): void => {
      if (!isInside) return;
      isInside = false;
      this.#taken -= 1;
      this.#callIn();
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

  /** Resolves when a slot was given to it. */
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

  #callIn(): void {
    for (const next of this.#queue) {
      if (this.#taken >= this.#count) return;
      this.#queue.delete(next);
      this.#taken += 1;
      next();
    }
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
