import type { Clock } from './ports/clock.ts';
import type { Diagnosis } from './domain/finding.ts';
import type { DoctorOptions } from './ports/doctor.ts';
import type { Encryption } from './ports/encryption.ts';
import type { Endpoint } from './domain/session.ts';
import type { Io } from './ports/io.ts';
import type { Log } from './ports/log.ts';
import type { SessionLogs } from './ports/logs.ts';
import type { PairingPage } from './ports/page.ts';
import type { SandboxHost } from './ports/sandbox.ts';
import type { Settings } from './ports/settings.ts';
import type { StoreCopies } from './ports/store-copy.ts';
import type { AccessTokens } from './ports/tokens.ts';
import type { Transfer } from './ports/transfer.ts';
import type { Wactl } from './ports/wactl.ts';
import type { ListenAddress } from './domain/listen-address.ts';
import type { HolderEvent } from './domain/held.ts';

/** Everything a command may use. Costly parts are functions, so that a part is loaded only when a command calls it. */
export interface Context {
  readonly io: Io;
  readonly clock: Clock;
  /** Aborted with an InterruptedError when SIGINT or SIGTERM arrives. */
  readonly signal: AbortSignal;
  readonly settings: Settings;
  /** The words after "wactl", as they were typed. */
  readonly args: readonly string[];
  /** Of this process. */
  readonly pid: number;
  /** The wactl elsewhere whose sessions these are; null: those of this machine. */
  readonly server: string | null;
  /** The secret that signs webhooks when no flag gives one (WACTL_WEBHOOK_SECRET). Throws UsageError. */
  webhookSecret(): string | null;
  /** What seals and opens files of sessions when no flag gives it (WACTL_EXPORT_PASSPHRASE). */
  exportPassphrase(): string | null;
  /** What can be done with sessions: of this machine, or of the server. */
  wactl(): Promise<Wactl>;
  /** The tokens of the clients of `serve` on this machine. Throws UsageError where the sessions are a server's. */
  tokens(): Promise<AccessTokens>;
  /** The key that the sessions of this machine are sealed with. Throws UsageError where they are a server's. */
  encryption(): Promise<Encryption>;
  /** Sessions in files, of this machine. Throws UsageError where the sessions are a server's. */
  transfer(): Promise<Transfer>;
  /** Whole stores, from one place to another. Throws UsageError where the sessions are a server's. */
  storeCopies(): Promise<StoreCopies>;
  /** Keeps sessions online and answers the REST API until the signal. Throws UsageError. */
  serve(flags: ServeFlags): Promise<Serving>;
  /** Looks at this installation: also where other commands refuse to begin, because its directory is not safe. */
  doctor(options: DoctorOptions): Promise<Diagnosis>;
  sandbox(): Promise<SandboxHost>;
  /** What background processes have written on this machine. Throws UsageError where the sessions are a server's. */
  logs(): Promise<SessionLogs>;
  /** Opens a page on this machine that shows a pairing; with `browse` in the person's browser, if there is one. */
  page(options: { readonly browse: boolean }): Promise<PairingPage>;
  /**
   * Lets a browser of this machine answer a request for a passkey, and returns its JSON. Throws UsageError, WactlError
   * (`passkey_required`).
   */
  signPasskey(request: PasskeyRequest): Promise<string>;
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

export type PasskeyRequest = {
  /** PublicKeyCredentialRequestOptionsJSON. */
  readonly request: string;
  /** Its path; the first that is found when undefined. */
  readonly browser: string | undefined;
  /** The directory of its profile; a new one, removed afterwards, when undefined. */
  readonly profile: string | undefined;
};

/** A process that goes on by itself. */
export type Detached = { readonly pid: number; readonly log: string };

export type ServeFlags = {
  /** The usual place when empty, unless systemd has opened sockets. */
  readonly listen: readonly ListenAddress[];
  /** The rights of sockets that are files. */
  readonly socketMode: number;
  /** Paths of PEM files; in the clear without. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Whether other machines may be let in. */
  readonly allowRemote: boolean;
  /** Names, beside this machine's own, that it may be called by. */
  readonly hostNames: readonly string[];
  /** Where the other hosts of a fleet reach it; null: where it listens, if they can. */
  readonly advertised: string | null;
  /** Whether a browser finds a page at "/". */
  readonly page: boolean;
  /** Whether a token that is made can be shown to a person, once. */
  readonly showsToken: boolean;
  /** Whether /metrics has rows for each session. */
  readonly sessionMetrics: boolean;
  readonly log: Log;
  readonly onEvent: (id: string, event: HolderEvent) => void;
};

export type Serving = {
  /** At least one. */
  readonly urls: readonly string[];
  /** The token that was made for this run; null when the environment has one. */
  readonly newToken: string | null;
  /** Resolves after the signal, when everything is let go of. */
  readonly ended: Promise<void>;
};

export interface Scratch {
  readonly cx: Context;
  end(): Promise<void>;
}
