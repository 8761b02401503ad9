import type { SandboxAccount } from './account.ts';
import type { Fault } from './faults.ts';

/** One linked device, for people and scripts. */
export type DeviceReport = {
  readonly jid: string;
  readonly lid: string;
  readonly os: string;
  readonly online: boolean;
  readonly connections: number;
  readonly max_connections: number;
  readonly logins: number;
  readonly pre_keys: number;
  readonly pre_key_uploads: number;
  readonly uploaded_pre_keys: number;
};

/** One phone with its account and what is linked to it. */
type PhoneReport = {
  readonly number: string;
  readonly jid: string;
  readonly lid: string;
  readonly account: SandboxAccount;
  readonly notifications_silenced: boolean;
  readonly devices: readonly DeviceReport[];
};

/** A sandbox's report about itself. */
export type SandboxReport = {
  readonly endpoint: string;
  readonly root_key: string;
  readonly connections: number;
  readonly phones: readonly PhoneReport[];
  readonly faults: readonly { readonly fault: Fault; readonly left: number }[];
};

/**
 * The orders that a sandbox takes over HTTP: POST /sandbox/NAME with the input as JSON, answered by the output as JSON.
 * Without a phone, the default one is used.
 */
export type Orders = {
  /** Without a QR, the one that was shown last. */
  readonly scan: { input: { qr?: string; phone?: string }; output: { jid: string } };
  readonly show: { input: { qr: string }; output: { scanned: boolean } };
  readonly 'show-code': { input: { phone: string; code: string }; output: { typed: boolean } };
  readonly 'enter-code': { input: { phone: string; code: string }; output: { jid: string } };
  /** The assertion, if the phone acts by itself. */
  readonly 'show-passkey': { input: { options: string }; output: { assertion: string | null } };
  readonly 'sign-passkey': { input: { options: string; phone?: string }; output: { assertion: string } };
  readonly unlink: { input: { target: string }; output: { unlinked: number } };
  readonly 'send-text': { input: { device: string; text: string; from?: string }; output: { id: string } };
  readonly fault: { input: Fault | Readonly<Record<string, unknown>>; output: Record<string, never> };
  readonly 'clear-faults': { input: Record<string, never>; output: { cleared: number } };
  readonly account: {
    input: { phone?: string; account: Partial<SandboxAccount> };
    output: { phone: string; account: SandboxAccount };
  };
  readonly status: { input: Record<string, never>; output: SandboxReport };
  readonly stop: { input: Record<string, never>; output: Record<string, never> };
};

/** The name of an order. */
export type OrderName = keyof Orders;

/** How a refused order is answered. */
export type OrderFailure = {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
};

/** Where orders go, under http://127.0.0.1:PORT. */
export const controlPath = '/sandbox/';
