import { createHash } from 'node:crypto';
import type { SandboxAccount } from './account.ts';
import { AppState } from './app-state.ts';
import { hkdf } from './hkdf.ts';
import { keyPairFromSeed } from './key-pair.ts';
import type { SigningKeyPair } from './key-pair.ts';
import { PasskeyAuthenticator } from './passkey-authenticator.ts';

/** A primary phone with its account. What it does is in scan-qr.ts, first-sync.ts and delivery.ts. */
export class Phone {
  /** Digits with country code. */
  readonly number: string;
  readonly identity: SigningKeyPair;
  readonly account: SandboxAccount;
  readonly appState: AppState;
  #lastDeviceId = 0;
  readonly #seed: Buffer;

  constructor(number: string, sandboxSeed: Buffer, account: SandboxAccount) {
    this.number = number;
    this.account = account;
    this.#seed = hkdf(sandboxSeed, Buffer.alloc(0), `phone ${number}`, 32);
    this.identity = keyPairFromSeed(this.#seed);
    this.appState = new AppState(this.derive('app state key'));
  }

  get jid(): string {
    return `${this.number}@s.whatsapp.net`;
  }

  /** The hidden user id of the account, 15 digits made from the number. */
  get lidUser(): string {
    const digest = createHash('sha256').update(`lid ${this.number}`).digest();
    return String(100_000_000_000_000 + (digest.readUIntBE(0, 6) % 899_999_999_999_999));
  }

  get lid(): string {
    return `${this.lidUser}@lid`;
  }

  /** The number as the server sends it at login, "+1∙∙∙∙∙∙∙∙01". */
  get redactedNumber(): string {
    const { number } = this;
    return `+${number.slice(0, 1)}${'∙'.repeat(number.length - 3)}${number.slice(-2)}`;
  }

  /** Numbers the account's list of devices. */
  get rawId(): number {
    return this.derive('raw id', 4).readUInt32BE();
  }

  get registrationId(): number {
    return (this.derive('registration id', 2).readUInt16BE() & 0x3fff) + 1;
  }

  /** The passkey of the account. */
  get passkey(): PasskeyAuthenticator {
    return new PasskeyAuthenticator(this.derive('passkey'));
  }

  nextDeviceId(): number {
    return ++this.#lastDeviceId;
  }

  /** A secret of this phone that is the same in every run with the same seed. */
  derive(purpose: string, length = 32): Buffer {
    return hkdf(this.#seed, Buffer.alloc(0), purpose, length);
  }
}
