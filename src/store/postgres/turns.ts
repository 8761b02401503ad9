/** Lets what concerns one session happen in the order in which it was asked for. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** After everything that was asked for before for any of these; undefined: for all. */
  async run<T>(keys: readonly string[] | undefined, work: () => Promise<T>): Promise<T> {
    const before = keys ? keys.flatMap((key) => this.#last.get(key) ?? []) : [...this.#last.values()];
    const mine = Promise.all(before).then(work);
    const ended = mine.then(nothing, nothing);
    for (const key of keys ?? []) this.#last.set(key, ended);
    try {
      return await mine;
    } finally {
      for (const key of keys ?? []) if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }

  /** Resolves when nothing is left of what was asked for before. */
  async ended(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}

const nothing = (): void => undefined;
