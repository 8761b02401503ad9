/**
 * Tells processes at once that a session that should be online may be free, or that hosts have come or gone. It may tell that too
 * often, and may miss it: whoever has to know looks by itself, now and then.
 */
export interface News {
  /** Until the result is called. `onDeaf`: called when nothing can be heard here, once. */
  listen(listener: () => void, onDeaf?: () => void): () => void;
}
