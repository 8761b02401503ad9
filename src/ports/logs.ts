/** The logs of the background processes that were started for sessions (`--detach`). */
export interface SessionLogs {
  /** Whether there is one under this id; also of a session that has been deleted since. */
  has(id: string): Promise<boolean>;
  /**
   * Its lines, oldest first: at once all that there are, then, with `follow`, the new ones as they are written, until that is
   * aborted, with whose reason it rejects.
   */
  lines(id: string, options: { readonly follow?: AbortSignal }): AsyncIterable<readonly string[]>;
}
