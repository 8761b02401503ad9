import { randomBytes } from 'node:crypto';
import { makeCertificateChain } from './certificate.ts';
import { generateAgreementKeyPair, keyPairFromSeed } from './key-pair.ts';
import type { SigningKeyPair } from './key-pair.ts';
import type { ServerIdentity } from './noise.ts';

/** The keys that certify the server, and the identities that it can show. */
export class Authority {
  readonly root: SigningKeyPair;
  readonly identity: ServerIdentity;
  readonly #intermediate: SigningKeyPair;

  constructor(root: SigningKeyPair, intermediate: SigningKeyPair) {
    this.root = root;
    this.#intermediate = intermediate;
    this.identity = this.#makeIdentity(root, intermediate);
  }

  /** The server identity with a chain that a client must refuse. */
  forged(where: 'root' | 'leaf'): ServerIdentity {
    const stranger = keyPairFromSeed(randomBytes(32));
    return where === 'root'
      ? this.#makeIdentity(stranger, this.#intermediate)
      : this.#makeIdentity(this.root, stranger);
  }

  /** The server identity with a chain that expired a year ago. */
  expired(): ServerIdentity {
    const yearsAgo = new Date();
    yearsAgo.setFullYear(yearsAgo.getFullYear() - 2);
    return this.#makeIdentity(this.root, this.#intermediate, yearsAgo);
  }

  #makeIdentity(root: SigningKeyPair, leafSigner: SigningKeyPair, now = new Date()): ServerIdentity {
    const keyPair = this.identity?.keyPair ?? generateAgreementKeyPair();
    const signers = { root, intermediate: this.#intermediate, leafSigner };
    return { keyPair, certificateChain: makeCertificateChain(signers, keyPair.publicKey, now) };
  }
}
