/** Lets a caller reopen a session's connection. */
export class Reopen {
  #lap = new AbortController();

  /** Aborted by the next `now`; a new signal after each. */
  get signal(): AbortSignal {
    return this.#lap.signal;
  }

  /** Ends the current attempt, connection or wait, and starts a new attempt at once. */
  now(): void {
    const lap = this.#lap;
    this.#lap = new AbortController();
    lap.abort();
  }
}
