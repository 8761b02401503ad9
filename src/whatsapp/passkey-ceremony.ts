import { Curve, proto } from '@whiskeysockets/baileys';
import type { BinaryNode, KeyPair } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import { checkAssertion } from '../domain/passkey-assertion.ts';
import type { PasskeyAssertion } from '../domain/passkey-assertion.ts';
import { readPasskeyOptions } from '../domain/passkey-options.ts';
import type { PasskeyOptions } from '../domain/passkey-options.ts';
import { UsageError } from '../errors.ts';
import type { Attempt } from './attempt.ts';
import { part } from './companion-hello.ts';
import { Ending } from './ending.ts';
import {
  commitment,
  handoffKey,
  handoffProof,
  requestKey,
  sealedRequest,
  verificationCode,
} from './passkey-keys.ts';
import { askPasskey, bytesIn, prologue, readContinuation } from './passkey-stanzas.ts';
import type { PrimaryEphemeral } from './passkey-stanzas.ts';

/** What this device has promised the phone. */
type Promised = {
  readonly ephemeral: KeyPair;
  readonly nonce: Buffer;
  readonly ref: string;
  readonly hasProof: boolean;
};

/** How often new options are asked for while nobody answers. */
const mostRequests = 3;
/** As registered (socket-config.ts; rc14, Utils/validate-connection.js, getPlatformType). */
const deviceType = proto.DeviceProps.PlatformType.CHROME;

/**
 * The ceremony by which an account behind a passkey links this device ("Shortcake", since mid-2026; docs/protocol.md). It begins
 * when WhatsApp asks for the passkey after a scan or a typed code, and ends with pair-success, which is signed with the secret
 * that it has put into `creds`. Everything stays in memory.
 */
export class PasskeyCeremony {
  /** Rejects with an Ending when the ceremony can no longer succeed. */
  readonly over: Promise<never>;
  readonly #attempt: Attempt;
  readonly #alwaysCompares: boolean;
  #options: PasskeyOptions | undefined;
  #requests = 0;
  #handoff: { readonly key: Buffer; readonly until: number } | undefined;
  #promised: Promised | undefined;
  #confirm: (() => void) | undefined;
  #turn = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #giveUp: (error: unknown) => void = () => undefined;

  /** `alwaysCompares`: the person compares the codes even when WhatsApp Web would not ask. */
  constructor(attempt: Attempt, alwaysCompares: boolean) {
    this.#attempt = attempt;
    this.#alwaysCompares = alwaysCompares;
    this.over = new Promise<never>((_, reject) => (this.#giveUp = reject));
    this.over.catch(() => undefined);
  }

  /** Whether WhatsApp has asked for the passkey: QRs and codes count no more then. */
  get isRunning(): boolean {
    return this.#handoff !== undefined;
  }

  /** passkey_prologue_request. A second one brings new options and changes no secret. */
  hearRequest(notification: BinaryNode): void {
    const { creds, deadlines } = this.#attempt;
    if (!this.#handoff) {
      const key = handoffKey(Buffer.from(creds.advSecretKey, 'base64'));
      this.#handoff = { key, until: Date.now() + deadlines.passkeyHandoffMs };
      creds.advSecretKey = randomBytes(32).toString('base64');
    }
    this.#inTurn(() => this.#request(bytesIn(notification, 'passkey_request_options')));
  }

  /** crsc_continuation: the phone has accepted the passkey. */
  hearContinuation(notification: BinaryNode): void {
    this.#inTurn(() => this.#continue(notification));
  }

  /** Throws a UsageError when nothing is asked, or when the answer cannot be right. */
  answer(given: string): void {
    if (!this.#options || this.#isOver) throw notAsked();
    const assertion = checkAssertion(given, this.#options);
    this.#options = undefined;
    this.#inTurn(() => this.#begin(assertion));
  }

  /** The person has seen the same code on the phone. Throws a UsageError when no code waits for that. */
  confirm(): void {
    if (!this.#confirm) throw new UsageError('no code waits to be compared', 'see it with: wactl status ID');
    this.#confirm();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Runs steps one after the other. A failure ends the pairing. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn
      .then(() => (this.#isOver ? undefined : work()))
      .catch((error: unknown) => this.#giveUp(error));
  }

  async #request(given: Buffer | undefined): Promise<void> {
    const { socket, deadlines, withDeadline, emit } = this.#attempt;
    this.#requests += 1;
    const asked = { tag: 'passkey_request_options', attrs: {} };
    const bytes =
      given ??
      bytesIn(
        await withDeadline(askPasskey(socket, 'get', asked), deadlines.queryMs),
        'passkey_request_options',
      );
    const options = readPasskeyOptions(bytes ?? Buffer.alloc(0));
    if (!options)
      throw new Ending('passkey_failed', null, {
        detail: 'WhatsApp sent a request that no browser can answer',
      });
    this.#options = options;
    this.#promised = undefined;
    this.#confirm = undefined;
    this.#after(deadlines.passkeyOptionsMs, () => this.#expire());
    const handoffUntil = new Date(this.#handoff?.until ?? 0);
    const expiresAt = new Date(Date.now() + deadlines.passkeyOptionsMs);
    emit({ kind: 'passkey', options: options.text, expiresAt, handoffUntil });
  }

  /** Nobody has answered. */
  #expire(): void {
    this.#options = undefined;
    if (this.#requests >= mostRequests) this.#giveUp(new Ending('passkey_required'));
    else this.#inTurn(() => this.#request(undefined));
  }

  async #begin({ text, credentialId }: PasskeyAssertion): Promise<void> {
    const { socket, deadlines, withDeadline } = this.#attempt;
    this.#after(deadlines.passkeyStepMs, () => this.#silent('the phone did not continue'));
    const step = (type: 'get' | 'set', content: BinaryNode): Promise<BinaryNode> =>
      withDeadline(askPasskey(socket, type, content), deadlines.queryMs);
    const ref = bytesIn(await step('get', { tag: 'ref', attrs: {} }), 'ref')?.toString();
    if (ref === undefined) throw new Ending('passkey_failed', null, { detail: 'WhatsApp gave no ref' });
    const ephemeral = Curve.generateKeyPair();
    const nonce = randomBytes(32);
    const identity = proto.CompanionEphemeralIdentity.encode({
      publicKey: ephemeral.public,
      deviceType,
      ref,
    }).finish();
    const payload = proto.ProloguePayload.encode({
      companionEphemeralIdentity: identity,
      commitment: { hash: commitment(identity, nonce) },
    }).finish();
    const handoff = this.#handoff;
    const proof = handoff && handoff.until > Date.now() ? handoffProof(handoff.key, payload) : null;
    this.#promised = { ephemeral, nonce, ref, hasProof: proof !== null };
    await step('set', prologue({ credentialId, assertion: text, payload, proof }));
  }

  async #continue(notification: BinaryNode): Promise<void> {
    const promised = this.#promised;
    if (!promised) return;
    this.#promised = undefined;
    const { socket, deadlines, withDeadline, emit } = this.#attempt;
    const primary = readContinuation(notification);
    const nonce = part('companion_nonce', promised.nonce);
    await withDeadline(askPasskey(socket, 'set', nonce), deadlines.queryMs);
    const isAsked = this.#alwaysCompares || !promised.hasProof;
    const request = (): void => {
      this.#confirm = undefined;
      this.#inTurn(() => this.#link(promised, primary));
    };
    if (isAsked) {
      this.#confirm = request;
      this.#after(deadlines.passkeyStepMs, () =>
        this.#giveUp(new Ending('passkey_failed', null, { detail: 'nobody compared the codes in time' })),
      );
    }
    const code = verificationCode(promised.nonce, primary);
    emit({ kind: 'passkey_code', code, needsConfirmation: isAsked });
    if (!isAsked) request();
  }

  async #link({ ephemeral, ref }: Promised, primary: PrimaryEphemeral): Promise<void> {
    const { socket, creds, deadlines, withDeadline } = this.#attempt;
    this.#after(deadlines.passkeyStepMs, () => this.#silent('the phone did not finish'));
    const shared = Curve.sharedKey(ephemeral.private, primary.publicKey);
    const request = sealedRequest(requestKey(shared, deviceType, ref), {
      companionPublicKey: creds.noiseKey.public,
      companionIdentityKey: creds.signedIdentityKey.public,
      advSecret: Buffer.from(creds.advSecretKey, 'base64'),
    });
    const content = part('encrypted_pairing_request', request);
    await withDeadline(askPasskey(socket, 'set', content), deadlines.queryMs);
  }

  #silent(what: string): void {
    this.#giveUp(new Ending('passkey_failed', null, { detail: what }));
  }

  /** Each step has one limit, which replaces that of the step before. */
  #after(delayMs: number, late: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = setTimeout(late, delayMs);
  }
}

const notAsked = (): UsageError =>
  new UsageError('WhatsApp does not ask for a passkey now', 'pair first: wactl qr ID');
