/**
 * Where the event streams of a `serve` have ended, for the next one: the id of its last event. It does not survive a power loss
 * or a kill, and counts only while no session is changed in between.
 */
export interface EventMark {
  /** Resolves to the id, which is gone then; undefined when there is none, or a session has been changed or used since. */
  take(): Promise<string | undefined>;
  put(eventId: string): Promise<void>;
}
