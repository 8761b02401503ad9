import type { WactlError } from './errors.ts';
import type { Clock } from './session/clock.ts';
import type { Holder } from './session/holder.ts';
import type { SessionStore } from './session/session-store.ts';
import type { EngineRecord } from './session/session-record.ts';

/** All that a command may touch. Costly parts are functions: what is not called is not loaded. */
export interface Context {
  readonly io: Io;
  readonly clock: Clock;
  /** Aborted with an InterruptedError when SIGINT or SIGTERM arrives. */
  readonly signal: AbortSignal;
  readonly settings: Settings;
  store(): Promise<SessionStore>;
  holder(): Promise<Holder>;
  engine(): Promise<EngineRecord>;
  sandbox(): Promise<SandboxHost>;
}

/** The streams. stdout carries what was asked for; everything said to a person goes to stderr. */
export interface Io {
  /** stdout is JSON and nothing else. */
  readonly json: boolean;
  /** Whether a question can be asked: stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  /** Whether a QR can be drawn: stderr is a terminal. */
  readonly canDraw: boolean;
  /** The one document of a command: `document` with --json, else the text. */
  result(document: unknown, human: () => string): void;
  /** One line of JSON, for commands that wait; nothing without --json. */
  event(document: unknown): void;
  /** Exactly these bytes on stdout, and a line end after text. */
  raw(content: string | Uint8Array): void;
  say(text: string): void;
  warn(text: string): void;
  error(error: WactlError): void;
  confirm(question: string): Promise<boolean>;
  spinner(text: string): Spinner;
  /** A table as text: fitted to the terminal, tab-separated where stdout is none. */
  table(columns: readonly string[], rows: readonly (readonly string[])[]): string;
  /** Aligned `key  value` lines. Empty values are left out. */
  keyValues(pairs: readonly (readonly [key: string, value: string | null | undefined])[]): string;
  qrScreen(style: string): QrScreen;
  pairCode(code: string, phone: string, expiresAt: Date): void;
}

export interface Spinner {
  text(text: string): void;
  stop(): void;
}
