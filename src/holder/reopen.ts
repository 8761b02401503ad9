/** A way to have a session's connection opened anew. */
export class Reopen {
  #lap = new AbortController();

  /** Aborted by the next `now`; a fresh one after each. */
  get signal(): AbortSignal {
    return this.#lap.signal;
  }

  /** Ends the attempt, the connection or the wait that is under way; a new attempt begins at once. */
  now(): void {
    const lap = this.#lap;
    this.#lap = new AbortController();
    lap.abort();
  }
}
