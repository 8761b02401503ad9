import { getBinaryNodeChild } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import type { Attempt } from './attempt.ts';
import type { PairingWay } from './pairing-way.ts';
import { qrPayload, RefShow } from './refs.ts';

/**
 * The child of a companion_reg_refresh, in either of its forms (WhatsApp Web,
 * WAWebHandleCompanionReqRefreshNotification).
 */
const refreshTags = ['companion_reg_refresh', 'pair-device-rotate-qr'];

/**
 * Pairing by QR on one registration: one QR after the other, and another QR of the same ref when WhatsApp asks for it.
 */
export class QrPairing implements PairingWay {
  readonly over: Promise<never>;
  readonly #attempt: Attempt;
  readonly #refs: RefShow;
  #seq = 0;
  #isOver = false;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    this.#refs = new RefShow(attempt.deadlines, ({ ref, expiresAt, endsAt }, isAgain) =>
      attempt.emit({
        kind: 'qr',
        payload: qrPayload(ref, attempt.creds),
        seq: ++this.#seq,
        expiresAt,
        pairingEndsAt: endsAt,
        rescan: isAgain,
      }),
    );
    this.over = this.#refs.over;
  }

  begin(refs: readonly string[]): void {
    this.#refs.begin(refs);
  }

  /**
   * Since July 2026 the server asks for this, once or several times, after a scan that links nothing: the phone then
   * accepts only a QR with another secret (Baileys issue 2737 and PR 2765; whatsmeow, pair.go; zapo, WaPairingFlow).
   */
  refresh(notification: BinaryNode): void {
    if (this.#isOver || !refreshTags.some((tag) => getBinaryNodeChild(notification, tag))) return;
    this.#attempt.creds.advSecretKey = randomBytes(32).toString('base64');
    this.#refs.showAgain();
  }

  stop(): void {
    this.#isOver = true;
    this.#refs.stop();
  }
}
