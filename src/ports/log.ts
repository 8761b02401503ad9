/** From the gravest on: a level includes those before it. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** What a program wants to know of a line besides its words; no secrets. `session` is the id that it is about. */
export type LogFacts = {
  readonly session?: string;
  readonly [name: string]: string | number | boolean | null | undefined;
};

/** Somebody has changed something over the API, or has tried to. */
export type AuditEntry = {
  /** What was asked for, as in /openapi.json: "deleteSession". */
  readonly action: string;
  readonly session?: string | undefined;
  /** The name of the token, never the token itself. */
  readonly by: string;
  /** The address of the client; left out where it has none. */
  readonly from?: string | undefined;
  /** The status of the answer. */
  readonly status: number;
};

/** The log of a service. It returns at once and throws nothing. */
export interface Log {
  /** `message`: without the session's id, which is in the facts. */
  line(level: LogLevel, message: string, facts?: LogFacts): void;
  /** At every level. */
  audit(entry: AuditEntry): void;
}
