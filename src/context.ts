import type { WactlError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Holder } from './ports/holder.ts';
import type { Endpoint, Session, SessionStatus, Webhook } from './domain/session.ts';
import type { SessionRecords } from './ports/store.ts';
import type { WebhookControl } from './ports/webhook-control.ts';
import type { HolderEvent } from './domain/held.ts';
import type { EngineRecord } from './domain/engine.ts';
import type { ShownQr } from './domain/connection-event.ts';

/** Everything a command may use. Costly parts are functions, so that a part is loaded only when a command calls it. */
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
  /** The secret that signs webhooks when no flag gives one (WACTL_WEBHOOK_SECRET). Throws UsageError. */
  webhookSecret(): string | null;
  store(): Promise<SessionRecords>;
  holder(): Promise<Holder>;
  /** The live statuses that holders give. Not for a remote store, whose records have them already. */
  heldStatuses(): Promise<ReadonlyMap<string, SessionStatus>>;
  /** The engine that runs sessions, and the version of WhatsApp Web that it would use for this one. */
  engine(session?: Pick<Session, 'endpoint'>): Promise<EngineRecord>;
  webhooks(): Promise<WebhookControl>;
  /** Keeps sessions online and answers the REST API until the signal. Throws UsageError. */
  serve(flags: ServeFlags): Promise<Serving>;
  sandbox(): Promise<SandboxHost>;
  /** The same commands on an empty store in a directory of their own, which `end` removes. */
  scratch(endpoint: Endpoint): Promise<Scratch>;
  /** Starts another wactl in the background and waits for its first line on stdout. Throws the error it ended with. */
  background(args: readonly string[]): Promise<{ readonly pid: number; readonly firstLine: string }>;
  /**
   * Runs another wactl on a session in the background, with a log; it reads `stdin`. Each line of its JSON goes
   * to `isEnough`; once that is true, or `late` is aborted, it runs on alone. Throws the error it ended with before.
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

/** Emulated WhatsApp servers: those started here, and those that already run on this machine. */
export interface SandboxHost {
  start(flags: SandboxFlags): Promise<RunningSandbox>;
  /** The sandbox behind an endpoint address. Its methods throw `unreachable` when nothing answers there. */
  at(endpoint: string): SandboxControl;
  /** Each fault, with a sentence on its effect and the names of its parameters. */
  readonly faults: readonly { readonly kind: string; readonly summary: string }[];
}

export interface RunningSandbox {
  readonly endpoint: Endpoint;
  /** Sentences about its events, without secrets. */
  onEvent(listener: (sentence: string) => void): void;
  /** Resolves when it has been stopped from outside. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** The things that a person could do on the emulated phone. */
export interface SandboxControl {
  scan(qr: string, phone?: string): Promise<{ readonly jid: string }>;
  enterCode(phone: string, code: string): Promise<{ readonly jid: string }>;
  /** Shows a QR to the sandbox: a phone that scans by itself scans it. */
  show(qr: string): Promise<void>;
  /** Shows a pairing code to the sandbox: a phone that scans by itself types it. */
  showCode(phone: string, code: string): Promise<void>;
  unlink(jid: string): Promise<void>;
  fault(fault: Readonly<Record<string, string | number>>): Promise<void>;
  devices(): Promise<readonly { readonly jid: string; readonly online: boolean }[]>;
  sendText(to: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Text that a command prints for a person: one line, several, or the result of `table` or `keyValues`. */
export type Words = string | readonly string[] | Painted;

/** Text that is ready for a terminal. */
export interface Painted {
  readonly text: string;
}

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
  /** Like `say`, for a success. */
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
  /** Shows a pairing code and how to use it; `end` wipes it. */
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
      /** Command lines that pair without this terminal, shown when the QR does not fit. */
      readonly otherWays: readonly string[];
    }
  | { readonly to: 'stdout'; readonly format: Exclude<QrFormat, 'terminal'> }
  | { readonly to: 'file'; readonly format: Exclude<QrFormat, 'terminal'>; readonly path: string };

/** One QR at a time; each replaces the previous one. `end` wipes it from the screen and removes the file. */
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

/** The settings as text, by key. Unknown keys and bad values throw a UsageError that names the allowed ones. */
export interface SettingsTable {
  readonly path: string;
  get(key: string): SettingRow;
  list(): readonly SettingRow[];
  set(key: string, text: string): Promise<void>;
  unset(key: string): Promise<void>;
}
