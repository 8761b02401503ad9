import { describe, expect, it } from 'vitest';
import { passkeyCode } from '../../src/sandbox/passkey.ts';
import {
  commitment,
  handoffKey,
  handoffProof,
  requestKey,
  verificationCode,
} from '../../src/whatsapp/passkey-keys.ts';

// The vector of docs/protocol.md; the commitment and the proof come from protobuf bytes that are written out here.
const bytes = (value: number): Buffer => Buffer.alloc(32, value);
const nonce = bytes(2);
const primary = { publicKey: bytes(3), nonce: bytes(4) };
/** CompanionEphemeralIdentity{publicKey 06×32, deviceType 1, ref "2@ref"}. */
const identity = Buffer.concat([
  Buffer.from('0a20', 'hex'),
  bytes(6),
  Buffer.from('10011a05', 'hex'),
  Buffer.from('2@ref'),
]);

describe('the keys of the passkey ceremony', () => {
  it('commitment, proof, code and key are those of the test vector', () => {
    const hash = commitment(identity, nonce);
    expect(hash.toString('hex')).toBe('c9a90b63dac127c26390d0a4feb00fdcba5cc1d5562dd199fc28f689b22e4986');
    const payload = Buffer.concat([
      Buffer.from([0x0a, identity.length]),
      identity,
      Buffer.from([0x12, hash.length + 2, 0x0a, hash.length]),
      hash,
    ]);
    expect(handoffProof(handoffKey(bytes(1)), payload).toString('hex')).toBe(
      'ef5d7d61e1b8914586dd84f25b8d506274c1dfcb63b1e105c3d806d63ae5b7e6',
    );
    expect(verificationCode(nonce, primary)).toBe('5GVKQGZY');
    expect(requestKey(bytes(5), 1, '2@ref').toString('hex')).toBe(
      '437f4f19e9f731b4fcd52792f1f7e53f1461450f4b9b30702f32174dbe905cd9',
    );
  });

  it('the phone of the sandbox computes the same code', () => {
    expect(passkeyCode(nonce, primary.publicKey, primary.nonce)).toBe('5GVKQGZY');
  });
});
