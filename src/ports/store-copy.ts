/** What a copy has moved. */
export type CopiedStore = {
  /** Where from and where to, for a person. */
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  /** Of the sessions' credentials. */
  readonly keys: number;
  readonly events: number;
  readonly tokens: number;
  /** Whether it went on where one was cut short. */
  readonly isContinued: boolean;
};

export type CopyStoreOptions = {
  readonly signal: AbortSignal;
  /** Called with the number of sessions that are copied, or compared, and of all. */
  readonly onProgress: (what: 'copied' | 'compared', done: number, all: number) => void;
};

/** Whole stores: places are directories, files called wactl.db, or addresses of a PostgreSQL. */
export interface StoreCopies {
  /** Whether there is something to copy, before a person is asked; changes nothing. Throws UsageError where there is none, and as `copy`. */
  check(from: string, to: string): Promise<void>;
  /**
   * Moves everything from one store into another, which is empty or has a part of the same copy. Both are compared before one session of the
   * target may connect; those of the source are fenced then. Throws `in_use` while a process holds a session of either,
   * `already_exists` when the target is not empty, `store_damaged`, `missing_key`, `wrong_key`, UsageError.
   */
  copy(from: string, to: string, options: CopyStoreOptions): Promise<CopiedStore>;
  /** Lets the sessions of a store be used again that a copy which was cut short has frozen. Throws UsageError where there is none. */
  giveUp(from: string): Promise<{ readonly from: string }>;
}
