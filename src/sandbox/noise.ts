import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { hkdf } from './hkdf.ts';
import { agree, generateAgreementKeyPair } from './key-pair.ts';
import type { AgreementKeyPair } from './key-pair.ts';
import { HandshakeMessage } from './messages.ts';

/** `W A` and the protocol version 6.3; hashed into every handshake. */
export const prologue = Buffer.from([0x57, 0x41, 0x06, 0x03]);

const fullPattern = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const fallbackPattern = createHash('sha256').update('Noise_XXfallback_25519_AESGCM_SHA256').digest();
const nothing = Buffer.alloc(0);
const tagLength = 16;

const nonce = (counter: number): Buffer => {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
};

const seal = (key: Buffer, counter: number, plaintext: Uint8Array, aad: Buffer): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter)).setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const open = (key: Buffer, counter: number, ciphertext: Uint8Array, aad: Buffer): Buffer => {
  const end = ciphertext.length - tagLength;
  if (end < 0) throw new RangeError('ciphertext shorter than its tag');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter), { authTagLength: tagLength })
    .setAAD(aad)
    .setAuthTag(ciphertext.subarray(end));
  return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
};

/** The hash, chaining key and cipher of a handshake under way. Both sides keep the same state. */
export class SymmetricState {
  #hash: Buffer;
  #chainingKey: Buffer;
  #key: Buffer = nothing;
  #counter = 0;

  constructor(pattern: Buffer) {
    this.#hash = pattern;
    this.#chainingKey = pattern;
    this.mixHash(prologue);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest();
  }

  mixKey(material: Uint8Array): void {
    const derived = hkdf(material, this.#chainingKey, '', 64);
    this.#chainingKey = derived.subarray(0, 32);
    this.#key = derived.subarray(32);
    this.#counter = 0;
  }

  encryptAndHash(plaintext: Uint8Array): Buffer {
    const ciphertext = seal(this.#key, this.#counter++, plaintext, this.#hash);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** Throws when the ciphertext does not fit this state. */
  decryptAndHash(ciphertext: Uint8Array): Buffer {
    const plaintext = open(this.#key, this.#counter++, ciphertext, this.#hash);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** The two transport keys: client to server, server to client. */
  split(): readonly [Buffer, Buffer] {
    const derived = hkdf(nothing, this.#chainingKey, '', 64);
    return [derived.subarray(0, 32), derived.subarray(32)];
  }
}

/** The encryption of a connection after its handshake, from one side. Frames must come in order. */
export class Transport {
  #sent = 0;
  #received = 0;
  readonly #sendKey: Buffer;
  readonly #receiveKey: Buffer;

  constructor(sendKey: Buffer, receiveKey: Buffer) {
    this.#sendKey = sendKey;
    this.#receiveKey = receiveKey;
  }

  encrypt(plaintext: Uint8Array): Buffer {
    return seal(this.#sendKey, this.#sent++, plaintext, nothing);
  }

  decrypt(ciphertext: Uint8Array): Buffer {
    return open(this.#receiveKey, this.#received++, ciphertext, nothing);
  }
}

/** The keys and certificates that a server shows in its hello. */
export type ServerIdentity = { readonly keyPair: AgreementKeyPair; readonly certificateChain: Buffer };

/** The content of the client's last handshake message. `payload` is a ClientPayload. */
export type FinishedHandshake = {
  readonly payload: Buffer;
  readonly clientNoiseKey: Buffer;
  readonly transport: Transport;
};

/**
 * The server's side of Noise XX. A client that tries to resume (Noise IK: its hello carries more than the ephemeral
 * key) gets an XXfallback answer, which it must understand. Throws on anything malformed.
 */
export function answerClientHello(
  helloFrame: Buffer,
  identity: ServerIdentity,
): { readonly reply: Buffer; finish(frame: Buffer): FinishedHandshake } {
  const hello = HandshakeMessage.decode(helloFrame).clientHello;
  if (hello?.ephemeral?.length !== 32) throw new RangeError('no client hello');
  const clientEphemeral = hello.ephemeral;
  const state = new SymmetricState(hello.static === undefined ? fullPattern : fallbackPattern);
  const ephemeral = generateAgreementKeyPair();
  state.mixHash(clientEphemeral);
  state.mixHash(ephemeral.publicKey);
  state.mixKey(agree(ephemeral, clientEphemeral));
  const staticKey = state.encryptAndHash(identity.keyPair.publicKey);
  state.mixKey(agree(identity.keyPair, clientEphemeral));
  const payload = state.encryptAndHash(identity.certificateChain);
  const reply = HandshakeMessage.encode({
    serverHello: { ephemeral: ephemeral.publicKey, static: staticKey, payload },
  });
  const finish = (frame: Buffer): FinishedHandshake => {
    const sent = HandshakeMessage.decode(frame).clientFinish;
    if (sent?.static === undefined || sent.payload === undefined) throw new RangeError('no client finish');
    const clientNoiseKey = state.decryptAndHash(sent.static);
    state.mixKey(agree(ephemeral, clientNoiseKey));
    const clientPayload = state.decryptAndHash(sent.payload);
    const [clientToServer, serverToClient] = state.split();
    return {
      payload: clientPayload,
      clientNoiseKey,
      transport: new Transport(serverToClient, clientToServer),
    };
  };
  return { reply, finish };
}
