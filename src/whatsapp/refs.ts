import { buildPairingQRData, getBinaryNodeChild, getBinaryNodeChildren } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys';
import type { Deadlines } from './deadlines.ts';
import { browserOf } from './device-name.ts';
import { Ending } from './ending.ts';

/**
 * A ref that fits a QR code that a phone can read from a screen, and that is safe in a terminal. WhatsApp's refs have
 * some 40 characters.
 */
const refPattern = /^[!-~]{1,500}$/;

/** The refs of a pair-device stanza: one per QR code. Throws an Ending when they cannot be shown. */
export function refsOf(pairDevice: BinaryNode): string[] {
  const refs = getBinaryNodeChildren(getBinaryNodeChild(pairDevice, 'pair-device'), 'ref').map(
    ({ content }) => (Array.isArray(content) || content === undefined ? '' : Buffer.from(content).toString()),
  );
  if (refs.length > 0 && refs.every((ref) => refPattern.test(ref))) return refs;
  throw new Ending('pairing_refused', null, { detail: 'it sent nothing that can be shown as a QR code' });
}

/** How long the refs last, one after the other. */
export const lifetimeMs = (refs: readonly string[], { firstRefMs, laterRefMs }: Deadlines): number =>
  firstRefMs + Math.max(0, refs.length - 1) * laterRefMs;

/** The text of the QR code for a ref. A secret: it lets a phone link this device. */
export const qrPayload = (ref: string, creds: AuthenticationCreds): string =>
  buildPairingQRData(
    ref,
    Buffer.from(creds.noiseKey.public).toString('base64'),
    Buffer.from(creds.signedIdentityKey.public).toString('base64'),
    creds.advSecretKey,
    browserOf(undefined),
  );

type ShownRef = {
  readonly ref: string;
  readonly expiresAt: Date;
  /** When the last ref expires. */
  readonly endsAt: Date;
};

/** Shows one ref after the other, each for its lifetime. `isAgain`: the ref was shown before. */
export class RefShow {
  /** Rejects with `pairing_expired` after the last. */
  readonly over: Promise<never>;
  readonly #deadlines: Deadlines;
  readonly #show: (shown: ShownRef, isAgain: boolean) => void;
  #shown: ShownRef | undefined;
  #timer: NodeJS.Timeout | undefined;
  #expire: (ending: Ending) => void = () => undefined;

  constructor(deadlines: Deadlines, show: (shown: ShownRef, isAgain: boolean) => void) {
    this.#deadlines = deadlines;
    this.#show = show;
    this.over = new Promise<never>((_, reject) => (this.#expire = reject));
    this.over.catch(() => undefined);
  }

  /** Starts with these refs, in place of earlier ones. */
  begin(refs: readonly string[]): void {
    clearTimeout(this.#timer);
    this.#showFrom(refs, 0);
  }

  /** Shows the current ref again, for the rest of its lifetime. */
  showAgain(): void {
    if (this.#shown) this.#show(this.#shown, true);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#shown = undefined;
  }

  #showFrom(refs: readonly string[], at: number): void {
    const ref = refs[at];
    if (ref === undefined) return this.#expire(new Ending('pairing_expired'));
    const { firstRefMs, laterRefMs } = this.#deadlines;
    const lifeMs = at === 0 ? firstRefMs : laterRefMs;
    this.#timer = setTimeout(() => this.#showFrom(refs, at + 1), lifeMs);
    const expiresAt = Date.now() + lifeMs;
    const endsAt = expiresAt + (refs.length - at - 1) * laterRefMs;
    this.#shown = { ref, expiresAt: new Date(expiresAt), endsAt: new Date(endsAt) };
    this.#show(this.#shown, false);
  }
}
