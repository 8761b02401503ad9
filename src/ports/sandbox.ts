import type { Endpoint } from '../domain/session.ts';

export type SandboxFlags = {
  /** 0: a free one. */
  readonly port?: number;
  /** Root key and accounts are made from it. */
  readonly seed?: string;
  /** The phone scans every QR that is shown to it, and types every code. */
  readonly autoScan?: boolean;
  /** How long something is on show before the phone scans or types it. */
  readonly scanAfterMs?: number;
  /** The push name of its phones, until it is changed. */
  readonly pushName?: string;
  /** Whether its accounts ask for their passkeys before they link a device. */
  readonly passkey?: boolean;
  /** Whether other shells of this user find it. */
  readonly isListed?: boolean;
  /** The version of WhatsApp Web that it is, "2.3000.1043857760": older clients are refused. */
  readonly clientVersion?: string;
};

/** Emulated WhatsApp servers: those started here, and those that already run on this machine. */
export interface SandboxHost {
  start(flags: SandboxFlags): Promise<RunningSandbox>;
  /** The listed ones that answer. */
  running(): Promise<readonly Endpoint[]>;
  /** The sandbox behind an endpoint address. Its methods throw `unreachable` when nothing answers there. */
  at(endpoint: string): SandboxControl;
  /** Each fault, with a sentence on its effect and the names of its parameters. */
  readonly faults: readonly { readonly kind: string; readonly summary: string }[];
}

export interface RunningSandbox {
  readonly endpoint: Endpoint;
  /** False when it was to be listed, but the config directory cannot be written. */
  readonly isListed: boolean;
  /** Sentences about its events, without secrets. */
  onEvent(listener: (sentence: string) => void): void;
  /** Resolves when it has been stopped from outside. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Its kind and its parameters. */
export type SandboxFault = Readonly<Record<string, string | number>>;

/** The things that a person could do on the emulated phone. */
export interface SandboxControl {
  /** Without a QR, the one that was shown last. */
  scan(qr?: string, phone?: string): Promise<{ readonly jid: string }>;
  enterCode(phone: string, code: string): Promise<{ readonly jid: string }>;
  /** Shows a QR to the sandbox: a phone that scans by itself scans it. */
  show(qr: string): Promise<void>;
  /** Shows a pairing code to the sandbox: a phone that scans by itself types it. */
  showCode(phone: string, code: string): Promise<void>;
  /** Shows a request for a passkey to the sandbox: the answer of an account that acts by itself, else null. */
  showPasskey(options: string): Promise<string | null>;
  /** The answer of an account's passkey, as its owner's browser would give it. */
  signPasskey(options: string, phone?: string): Promise<string>;
  unlink(jid: string): Promise<void>;
  fault(fault: SandboxFault): Promise<void>;
  /** The faults that wait, and how often each will still hit. */
  faults(): Promise<readonly { readonly fault: SandboxFault; readonly left: number }[]>;
  /** Cancels them. Returns how many. */
  clearFaults(): Promise<number>;
  /** The owner of a phone changes the push name, to any text. Returns the phone's number. */
  rename(pushName: string, phone?: string): Promise<string>;
  devices(): Promise<readonly { readonly jid: string; readonly online: boolean }[]>;
  sendText(to: string, text: string): Promise<void>;
  endpoint(): Promise<Endpoint>;
  stop(): Promise<void>;
}
