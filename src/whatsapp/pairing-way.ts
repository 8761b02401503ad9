import type { BinaryNode } from '@whiskeysockets/baileys';

/** A way to link the device, on one registration. */
export type PairingWay = {
  /** Rejects with an Ending when the pairing can no longer succeed. */
  readonly over: Promise<never>;
  /** The registration is ready; these refs replace earlier ones. */
  begin(refs: readonly string[]): void;
  /** The server wants another ADV secret (companion_reg_refresh). */
  refresh?(notification: BinaryNode): void;
  /** Messages of the phone and the server about a pairing code (link_code_companion_reg). */
  hearCode?(notification: BinaryNode): void;
  stop(): void;
};
