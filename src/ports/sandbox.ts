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
