import { randomInt } from 'node:crypto';
import { Curve, getBinaryNodeChild, getBinaryNodeChildBuffer } from '@whiskeysockets/baileys';
import type { BinaryNode, KeyPair } from '@whiskeysockets/baileys';
import { companionFinish, readPrimaryHello } from './companion-finish.ts';
import { phoneJid, sayHello } from './companion-hello.ts';
import type { CodeGoal } from './companion-hello.ts';
import { Ending } from './ending.ts';
import { exchange } from './exchange.ts';
import type { Attempt } from './attempt.ts';
import type { PairingWay } from './pairing-way.ts';
import { pairCodeAlphabet, parsePairCode } from '../domain/pair-code.ts';

/** What WhatsApp Web allows (whatsapp-rust, pair_code.rs; WAWebLinkDevicePhoneNumberCodeScreen, `C = 5`). */
const mostAnswersPerCode = 3;
const mostNewCodes = 5;

/** A code on show, with the keys for the answer once a phone has typed it. */
type WaitingCode = {
  readonly code: string;
  readonly ref: Buffer;
  readonly ephemeral: KeyPair;
  readonly expiresAt: Date;
  answers: number;
};

/**
 * Pairing by code on one registration: asks for a code, answers the phone on which it was typed, and asks for another
 * code when WhatsApp wants that. A code outlives the refs of the registration, and is not affected by their end.
 *
 * It has no `refresh`: no QR with a retired secret is on show, and the secret that counts is made when the code is
 * typed. Changing it after that would break the link (whatsapp-rust PR 1163).
 */
export class CodePairing implements PairingWay {
  readonly over: Promise<never>;
  readonly #attempt: Attempt;
  readonly #goal: CodeGoal;
  #waiting: WaitingCode | undefined;
  #asked = 0;
  #turn = Promise.resolve();
  #end: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #giveUp: (error: unknown) => void = () => undefined;

  constructor(attempt: Attempt, goal: CodeGoal) {
    this.#attempt = attempt;
    this.#goal = goal;
    this.over = new Promise<never>((_, reject) => (this.#giveUp = reject));
    this.over.catch(() => undefined);
  }

  /** The registration is ready: ask for a code. All refs, also new ones, are for QRs and are ignored. */
  begin(): void {
    if (this.#asked === 0) this.#inTurn(() => this.#ask());
  }

  hearCode(notification: BinaryNode): void {
    const reg = getBinaryNodeChild(notification, 'link_code_companion_reg');
    this.#inTurn(() => this.#handle(reg));
  }

  stop(): void {
    this.#waiting = undefined;
    clearTimeout(this.#end);
    clearTimeout(this.#silence);
  }

  /** Runs steps one after the other. A failure ends the pairing. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#giveUp(error));
  }

  async #ask(): Promise<void> {
    const { socket, creds, deadlines, withDeadline, emit } = this.#attempt;
    const { phone } = this.#goal;
    const seq = ++this.#asked;
    const code = pairingCode(this.#goal.code);
    const ephemeral = Curve.generateKeyPair();
    const expiresAt = new Date(Date.now() + deadlines.codeMs);
    const hello = sayHello(socket, this.#goal, { code, ephemeral, noiseKey: creds.noiseKey });
    const ref = await withDeadline(hello, deadlines.pairDeviceMs);
    this.#waiting = { code, ref, ephemeral, expiresAt, answers: 0 };
    this.#endAt(expiresAt.getTime());
    emit({ kind: 'pair_code', code, phone, seq, expiresAt });
  }

  async #handle(reg: BinaryNode | undefined): Promise<void> {
    const stage = reg?.attrs['stage'];
    if (stage === 'primary_hello') return this.#answer(reg);
    const ref = getBinaryNodeChildBuffer(reg, 'link_code_pairing_ref');
    const isEmpty = stage === undefined && ref === undefined;
    const isWaiting = ref !== undefined && this.#waiting?.ref.equals(ref) === true;
    if (isEmpty || (stage === 'refresh_code' && isWaiting)) await this.#renew();
  }

  /** The code is used up, or another one was typed (whatsmeow issue 884). */
  async #renew(): Promise<void> {
    this.stop();
    if (this.#asked > mostNewCodes) throw new Ending('pairing_expired');
    await this.#ask();
  }

  async #answer(reg: BinaryNode | undefined): Promise<void> {
    const { socket, creds, deadlines } = this.#attempt;
    const hello = readPrimaryHello(reg);
    const waiting = this.#waiting;
    if (!hello || !waiting?.ref.equals(hello.ref)) return;
    if (waiting.answers >= mostAnswersPerCode || waiting.expiresAt.getTime() < Date.now()) return;
    waiting.answers += 1;
    this.#endAt(Math.max(waiting.expiresAt.getTime(), Date.now() + deadlines.linkMs));
    this.#awaitLink(deadlines.wrongCodeMs);
    const keys = { ...waiting, identity: creds.signedIdentityKey };
    const { iq, advSecretKey } = await companionFinish(phoneJid(this.#goal.phone), keys, hello);
    // An earlier answer made the link meanwhile.
    if (this.#waiting !== waiting) return;
    creds.advSecretKey = advSecretKey;
    exchange(socket, iq).then(
      (answer) => {
        if (answer?.attrs['type'] === 'error') this.#awaitLink(0);
      },
      (error: unknown) => this.#giveUp(error),
    );
  }

  /** A phone on which another code was typed stays silent; silence is the only sign. */
  #awaitLink(forMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#attempt.emit({ kind: 'wrong_code' }), forMs);
  }

  #endAt(time: number): void {
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.#giveUp(new Ending('pairing_expired')), time - Date.now());
  }
}

const codeLength = 8;

/** The requested pairing code, or a random one. Throws UsageError for a code that no phone can type. */
function pairingCode(wish: string | undefined): string {
  if (wish !== undefined) return parsePairCode(wish);
  const letters = Array.from({ length: codeLength }, () =>
    pairCodeAlphabet.charAt(randomInt(pairCodeAlphabet.length)),
  );
  return letters.join('');
}
