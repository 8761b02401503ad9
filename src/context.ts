import type { WactlError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Holder } from './ports/holder.ts';
import type { Endpoint, Session, SessionStatus, Webhook } from './domain/session.ts';
import type { SessionRecords } from './ports/store.ts';
import type { WebhookControl } from './ports/webhook-control.ts';
import type { HolderEvent } from './domain/held.ts';
import type { EngineRecord } from './domain/engine.ts';
import type { ShownQr } from './domain/connection-event.ts';

/** All that a command may touch. Costly parts are functions: what is not called is not loaded. */
export interface Context {
  readonly io: Io;
  readonly clock: Clock;
  /** Aborted with an InterruptedError when SIGINT or SIGTERM arrives. */
  readonly signal: AbortSignal;
  readonly settings: Settings;
  /** Of this process. */
  readonly pid: number;
  /** The wactl elsewhere whose sessions these are; null: those of this machine. */
  readonly server: string | null;
  /** What webhooks are signed with when no flag says (WACTL_WEBHOOK_SECRET). Throws UsageError. */
  webhookSecret(): string | null;
  store(): Promise<SessionRecords>;
  holder(): Promise<Holder>;
  /** What holders say of their sessions, without the rest of what a holder is. Not those of a remote store: it tells. */
  heldStatuses(): Promise<ReadonlyMap<string, SessionStatus>>;
  /** What runs sessions, and as which version of WhatsApp Web it would run this one. */
  engine(session?: Pick<Session, 'endpoint'>): Promise<EngineRecord>;
  webhooks(): Promise<WebhookControl>;
  /** Keeps sessions online and answers the REST API until the signal. Throws UsageError. */
  serve(flags: ServeFlags): Promise<Serving>;
  sandbox(): Promise<SandboxHost>;
  /** The same commands on an empty store in a directory of their own, which `end` removes. */
  scratch(endpoint: Endpoint): Promise<Scratch>;
  /** Starts wactl once more, in the background, and waits for its first line on stdout. Throws what it died of. */
  background(args: readonly string[]): Promise<{ readonly pid: number; readonly firstLine: string }>;
  /**
   * Has a wactl of its own work on a session in the background, with a log; `stdin` is what it reads. Each line of its JSON
   * is handed to `isEnough`; once that is so, or `late` is aborted, it goes on alone. Throws what it died of before.
   */
  detach(
    id: string,
    args: readonly string[],
    watch: {
      readonly isEnough: (line: string) => boolean;
      readonly late?: AbortSignal;
      readonly stdin?: string;
    },
  ): Promise<Detached>;
}

/** A process that goes on by itself. */
export type Detached = { readonly pid: number; readonly log: string };

export type ServeFlags = {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Whether other machines may be let in. */
  readonly allowRemote: boolean;
  /** Names, beside this machine's own, that it may be called by. */
  readonly hostNames: readonly string[];
  readonly onEvent: (id: string, event: HolderEvent) => void;
};

export type Serving = {
  readonly url: string;
  /** The token that was made for this run; null when the environment has one. */
  readonly newToken: string | null;
  /** Resolves after the signal, when everything is let go of. */
  readonly ended: Promise<void>;
};

export interface Scratch {
  readonly cx: Context;
  end(): Promise<void>;
}

export type SandboxFlags = {
  /** 0: a free one. */
  readonly port?: number;
  /** Root key and accounts are made from it. */
  readonly seed?: string;
  /** The phone scans every QR that is shown to it, and types every code. */
  readonly autoScan?: boolean;
  /** How long something is on show before the phone scans or types it. */
  readonly scanAfterMs?: number;
  /** The version of WhatsApp Web that it is, "2.3000.1043857760": older clients are refused. */
  readonly clientVersion?: string;
};

/** Emulated WhatsApp servers: of our own, and those that run somewhere on this machine. */
export interface SandboxHost {
  start(flags: SandboxFlags): Promise<RunningSandbox>;
  /** The sandbox behind an endpoint address. Its methods throw `unreachable` when nothing answers there. */
  at(endpoint: string): SandboxControl;
  /** Each fault with a sentence on what it does and the names of what it takes. */
  readonly faults: readonly { readonly kind: string; readonly summary: string }[];
}

export interface RunningSandbox {
  readonly endpoint: Endpoint;
  /** Sentences on what happens in it; no secret is in them. */
  onEvent(listener: (sentence: string) => void): void;
  /** Resolves when it has been stopped from outside. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** What a hand on the emulated phone can do. */
export interface SandboxControl {
  scan(qr: string, phone?: string): Promise<{ readonly jid: string }>;
  enterCode(phone: string, code: string): Promise<{ readonly jid: string }>;
  /** A QR is on show: a phone that scans by itself scans it. */
  show(qr: string): Promise<void>;
  /** A code is on show: a phone that scans by itself types it. */
  showCode(phone: string, code: string): Promise<void>;
  unlink(jid: string): Promise<void>;
  fault(fault: Readonly<Record<string, string | number>>): Promise<void>;
  devices(): Promise<readonly { readonly jid: string; readonly online: boolean }[]>;
  sendText(to: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

/** What a command prints for a person: a line, several, or what `table` and `keyValues` made. */
export type Words = string | readonly string[] | Painted;

/** Text that is ready for a terminal. */
export interface Painted {
  readonly text: string;
}

/** The streams. stdout carries what was asked for; everything said to a person goes to stderr. */
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
  /** Like `say`, for what has succeeded. */
  done(text: string): void;
  warn(text: string): void;
  /** A line of the engine's log, to stderr, also with --quiet. */
  log(level: string, text: string): void;
  error(error: WactlError): void;
  confirm(question: string): Promise<boolean>;
  /** All of a file; of stdin when it is called "-". Throws UsageError. */
  readAll(path: string): Promise<string>;
  spinner(text: string): Spinner;
  /** A table: fitted to the terminal, tab-separated where stdout is none. */
  table(columns: readonly string[], rows: readonly (readonly string[])[]): Painted;
  /** Aligned `key  value` lines. Empty values are left out. */
  keyValues(pairs: readonly (readonly [key: string, value: string | null | undefined])[]): Painted;
  qrDisplay(target: QrTarget): QrDisplay;
  /** The QR as "data:image/png;base64,…". */
  qrDataUrl(payload: string): Promise<string>;
  /** Shows a pairing code and what to do with it; `end` wipes it. */
  pairCodeDisplay(code: string, phone: string, expiresAt: Date): { end(): void };
}

export interface Spinner {
  text(text: string): void;
  stop(): void;
}

export const qrFormats = ['terminal', 'raw', 'data-url', 'png', 'svg'] as const;
export type QrFormat = (typeof qrFormats)[number];

export const qrStyles = ['auto', 'half-block', 'ascii'] as const;
export type QrStyle = (typeof qrStyles)[number];

/** Where QRs go. A file is replaced by each new QR. */
export type QrTarget =
  | {
      readonly to: 'terminal';
      readonly style: QrStyle;
      readonly invert: boolean;
      /** Command lines that pair without this terminal: told where the QR does not fit. */
      readonly otherWays: readonly string[];
    }
  | { readonly to: 'stdout'; readonly format: Exclude<QrFormat, 'terminal'> }
  | { readonly to: 'file'; readonly format: Exclude<QrFormat, 'terminal'>; readonly path: string };

/** One QR at a time; each replaces the one before it. `end` wipes what is on show, the file included. */
export interface QrDisplay {
  show(qr: ShownQr): Promise<void>;
  end(): Promise<void>;
}

/** Settings as commands use them: environment over file over default. Each throws UsageError when its value is bad. */
export interface Settings {
  readonly webhook: Webhook | null;
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
  readonly maxRetries: number;
  readonly qrStyle: QrStyle;
  /** For `config`. */
  readonly table: SettingsTable;
}

export type SettingRow = {
  readonly key: string;
  readonly value: string | null;
  readonly source: 'default' | 'file' | 'environment';
  readonly about: string;
};

/** The settings as text, by key. Unknown keys and bad values throw UsageError with what is allowed. */
export interface SettingsTable {
  readonly path: string;
  get(key: string): SettingRow;
  list(): readonly SettingRow[];
  set(key: string, text: string): Promise<void>;
  unset(key: string): Promise<void>;
}
