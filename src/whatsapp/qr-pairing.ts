import { getBinaryNodeChild } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import type { PairingWay, Step } from './pairing.ts';
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
  readonly #step: Step;
  readonly #refs: RefShow;
  #seq = 0;
  #isOver = false;

  constructor(step: Step) {
    this.#step = step;
    this.#refs = new RefShow(step.deadlines, ({ ref, expiresAt }, isAgain) =>
      step.emit({
        kind: 'qr',
        payload: qrPayload(ref, step.creds),
        seq: ++this.#seq,
        expiresAt,
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
    this.#step.creds.advSecretKey = randomBytes(32).toString('base64');
    this.#refs.showAgain();
  }

  stop(): void {
    this.#isOver = true;
    this.#refs.stop();
  }
}
