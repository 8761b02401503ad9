/** How long each step may take before the connection ends, in milliseconds. */
export type Deadlines = {
  /** Until the server has proved its identity. */
  readonly connectingMs: number;
  /** From there until the refs for the QR code, and from pair-device-sign until the restart. */
  readonly pairDeviceMs: number;
  /** From there until logged in. */
  readonly loginMs: number;
  /** How long the first QR code lives, and each one after it. */
  readonly firstRefMs: number;
  readonly laterRefMs: number;
  /** How long a pairing code lives: WhatsApp Web answers a phone no later (whatsapp-rust and zapo, 180 s). */
  readonly codeMs: number;
  /** From the phone's answer to a pairing code until the code counts as wrong. */
  readonly wrongCodeMs: number;
  /** From there until wactl gives the pairing up, if the code has expired meanwhile (WhatsApp Web, 60 s). */
  readonly linkMs: number;
  /** How long a request for a passkey can be answered (WhatsApp Web). */
  readonly passkeyOptionsMs: number;
  /** How long this device can prove that it is the one that was scanned (WhatsApp Web). */
  readonly passkeyHandoffMs: number;
  /** For the phone's answer to a passkey, for comparing the codes, and for the link (WhatsApp Web, each). */
  readonly passkeyStepMs: number;
  /**
   * From the login until incoming messages are reported, even if WhatsApp has not said that the offline backlog is
   * complete.
   */
  readonly offlineMs: number;
  /** For the answer to one query. */
  readonly queryMs: number;
  /** For the whole profile. */
  readonly profileMs: number;
  /** From one ping to the next. */
  readonly keepAliveMs: number;
  /** From a question until the connection counts as lost, if nothing at all arrives. */
  readonly deafMs: number;
};

export const usualDeadlines: Deadlines = {
  connectingMs: 20_000,
  pairDeviceMs: 20_000,
  loginMs: 60_000,
  firstRefMs: 60_000,
  laterRefMs: 20_000,
  codeMs: 180_000,
  wrongCodeMs: 10_000,
  linkMs: 60_000,
  passkeyOptionsMs: 600_000,
  passkeyHandoffMs: 300_000,
  passkeyStepMs: 120_000,
  offlineMs: 10_000,
  queryMs: 30_000,
  profileMs: 15_000,
  keepAliveMs: 30_000,
  deafMs: 30_000,
};
