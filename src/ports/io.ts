import type { ShownQr } from '../domain/connection-event.ts';
import type { QrFileFormat, QrStyle } from '../domain/qr-output.ts';
import type { WactlError } from '../errors.ts';
import type { Log, LogLevel } from './log.ts';

/** Text that a command prints for a person: one line, several, or the result of `table` or `keyValues`. */
export type Words = string | readonly string[] | Painted;

/** Text that is ready for a terminal. Only terminal/ makes it. */
export interface Painted {
  readonly text: string;
}

/** A check of `doctor`. */
export type CheckLine = {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly details: string;
  readonly remedy: string | null;
};

/** `reason`: a sentence on the style, and on those that were passed over. */
export type QrReport = { readonly fits: boolean; readonly reason: string };

export type KeyValue = readonly [key: string, value: string | null | undefined];

/** `format`: words where left out. `level`: what --quiet, --verbose and --json ask for where left out. */
export type ServiceLogOptions = {
  readonly format?: 'text' | 'json' | undefined;
  readonly level?: LogLevel | undefined;
};

/** The streams. stdout carries results; messages to a person go to stderr. */
export interface Io {
  /** stdout is JSON and nothing else. */
  readonly json: boolean;
  /** Whether a question can be asked: stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  /** Whether a QR can be drawn: stderr is a terminal. */
  readonly canDraw: boolean;
  readonly stdoutIsTerminal: boolean;
  /** The one document of a command: `document` with --json, else the words. */
  result(document: unknown, human: () => Words): void;
  /** One line of JSON, for commands that wait; nothing without --json. */
  event(document: unknown): void;
  /** Exactly these bytes on stdout, and a line end after text. */
  raw(content: string | Uint8Array): void;
  /** One line. */
  say(text: string): void;
  /** Like `say`, for what was asked for: also with --quiet and --json. */
  tell(text: string): void;
  /** Like `say`, for a success. */
  done(text: string): void;
  warn(text: string): void;
  /** A line of the engine's log, to stderr, also with --quiet. */
  log(level: string, text: string): void;
  error(error: WactlError): void;
  /** Makes stderr the log of a service: from now on each line there is one of it, what is said and the errors too. */
  serviceLog(options: ServiceLogOptions): Promise<Log>;
  confirm(question: string): Promise<boolean>;
  /** Asks for a line that is not shown; only where `canPrompt`. Throws DeclinedError when the input ends instead. */
  secret(question: string): Promise<string>;
  /** All of a file; of stdin when it is called "-". Throws UsageError. */
  readAll(path: string): Promise<string>;
  /** The same, as bytes, and up to 1 GB. */
  readBytes(path: string): Promise<Uint8Array>;
  spinner(text: string): Spinner;
  /** For what is shown in place, again and again: stdout, if it is a terminal that can be redrawn and not for JSON. */
  screen(): Screen | undefined;
  /**
   * A table: fitted to the terminal, tab-separated where stdout is none. The first column and those with the titles `whole` are never
   * cut.
   */
  table(titles: readonly string[], rows: readonly (readonly string[])[], whole?: readonly string[]): Painted;
  /** Aligned `key  value` lines. Empty values are left out. */
  keyValues(pairs: readonly KeyValue[]): Painted;
  /** A line for each check: fitted to the terminal, tab-separated where stdout is none. */
  checkList(lines: readonly CheckLine[]): Painted;
  /** How a QR would be drawn; null where nothing can be. */
  explainQr(style: QrStyle): Promise<QrReport | null>;
  qrDisplay(target: QrTarget): QrDisplay;
  /** The QR as "data:image/png;base64,…". */
  qrDataUrl(payload: string): Promise<string>;
  /** Shows a pairing code and how to use it; `end` wipes it. */
  pairCodeDisplay(code: string, phone: string, expiresAt: Date): { end(): void };
}

export interface Spinner {
  text(text: string): void;
  stop(): void;
}

export interface Screen {
  /** Replaces what is on it, one below the other; drawn again, and `words` asked again, whenever its size changes. */
  show(words: () => readonly Words[]): void;
  /** Gives the terminal back as it was. */
  end(): void;
}

/** Where QRs go. A file is replaced by each new QR; its path is as the person gave it. */
export type QrTarget =
  | {
      readonly to: 'terminal';
      readonly style: QrStyle;
      readonly invert: boolean;
      readonly otherWays: OtherWays;
    }
  | { readonly to: 'stdout'; readonly format: QrFileFormat }
  | { readonly to: 'file'; readonly format: QrFileFormat; readonly path: string };

/** Other ways to pair than to scan the QR on this terminal. */
export type OtherWays = {
  /** Flags or commands that a person adds or takes instead, for the line below the QR: "--pair". */
  readonly short: readonly string[];
  /** Whole command lines, shown when the QR does not fit. */
  readonly commands: readonly string[];
};

/**
 * One QR at a time; each replaces the previous one. `end` wipes it from the screen and removes the file; a later QR can
 * be shown again.
 */
export interface QrDisplay {
  show(qr: Omit<ShownQr, 'seq'>): Promise<void>;
  end(): Promise<void>;
}
