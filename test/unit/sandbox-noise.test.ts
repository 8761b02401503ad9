import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCertificateChain } from '../../src/sandbox/certificate.ts';
import { encodeFrame, FrameReader } from '../../src/sandbox/frames.ts';
import { agree, generateAgreementKeyPair, keyPairFromSeed } from '../../src/sandbox/key-pair.ts';
import { CertificateChain, CertificateDetails, HandshakeMessage } from '../../src/sandbox/messages.ts';
import { answerClientHello, prologue, SymmetricState, Transport } from '../../src/sandbox/noise.ts';
import { isSignatureTrue } from '../../src/xeddsa.ts';

const root = keyPairFromSeed(Buffer.alloc(32, 1));
const intermediate = keyPairFromSeed(Buffer.alloc(32, 2));
const keyPair = generateAgreementKeyPair();
const signers = { root, intermediate, leafSigner: intermediate };
const certificateChain = makeCertificateChain(signers, keyPair.publicKey, new Date(1_700_000_000_000));
const nothing = Buffer.alloc(0);

const patterns = {
  full: Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0'),
  fallback: createHash('sha256').update('Noise_XXfallback_25519_AESGCM_SHA256').digest(),
};

/** The client's side, up to the message that finishes the handshake. */
const shakeHands = (resume: boolean, spoil: (sealed: Buffer) => Buffer = (sealed) => sealed) => {
  const ephemeral = generateAgreementKeyPair();
  const noiseKey = generateAgreementKeyPair();
  const extra = resume ? { static: Buffer.alloc(48), payload: Buffer.alloc(40) } : {};
  const hello = HandshakeMessage.encode({ clientHello: { ephemeral: ephemeral.publicKey, ...extra } });
  const answer = answerClientHello(hello, { keyPair, certificateChain });
  const { serverHello } = HandshakeMessage.decode(answer.reply);
  const serverEphemeral = serverHello?.ephemeral ?? nothing;
  const state = new SymmetricState(resume ? patterns.fallback : patterns.full);
  state.mixHash(ephemeral.publicKey);
  state.mixHash(serverEphemeral);
  state.mixKey(agree(ephemeral, serverEphemeral));
  const serverKey = state.decryptAndHash(serverHello?.static ?? nothing);
  state.mixKey(agree(ephemeral, serverKey));
  const chain = state.decryptAndHash(serverHello?.payload ?? nothing);
  const sealedKey = state.encryptAndHash(noiseKey.publicKey);
  state.mixKey(agree(noiseKey, serverEphemeral));
  const payload = spoil(state.encryptAndHash(Buffer.from('payload')));
  const finished = answer.finish(HandshakeMessage.encode({ clientFinish: { static: sealedKey, payload } }));
  const [clientToServer, serverToClient] = state.split();
  return { serverKey, chain, noiseKey, finished, client: new Transport(clientToServer, serverToClient) };
};

describe('the Noise handshake', () => {
  it.each([
    ['XX', false],
    ['XXfallback, when a client tries to resume', true],
  ])('%s', (_pattern, resume) => {
    const { serverKey, chain, noiseKey, finished, client } = shakeHands(resume);
    expect(serverKey.equals(keyPair.publicKey)).toBe(true);
    expect(chain.equals(certificateChain)).toBe(true);
    expect(finished.clientNoiseKey.equals(noiseKey.publicKey)).toBe(true);
    expect(finished.payload.toString()).toBe('payload');
    for (const text of ['one', 'two', '']) {
      expect(finished.transport.decrypt(client.encrypt(Buffer.from(text))).toString()).toBe(text);
      expect(client.decrypt(finished.transport.encrypt(Buffer.from(text))).toString()).toBe(text);
    }
  });

  it('ends at a payload that was changed', () => {
    const flip = (sealed: Buffer): Buffer =>
      Buffer.concat([Buffer.of(sealed.readUInt8(0) ^ 1), sealed.subarray(1)]);
    expect(() => shakeHands(false, flip)).toThrow();
    expect(() => shakeHands(false, (sealed) => sealed.subarray(0, 8))).toThrow('shorter');
  });

  it('takes no hello without a key', () => {
    expect(() => answerClientHello(nothing, { keyPair, certificateChain })).toThrow('no client hello');
  });

  it('takes no frame twice', () => {
    const { finished, client } = shakeHands(false);
    const frame = client.encrypt(Buffer.from('once'));
    finished.transport.decrypt(frame);
    expect(() => finished.transport.decrypt(frame)).toThrow();
  });
});

describe('the certificate chain', () => {
  it('leads from the root to the key of the server', () => {
    const chain = CertificateChain.decode(certificateChain);
    const middle = CertificateDetails.decode(chain.intermediate?.details ?? nothing);
    const leaf = CertificateDetails.decode(chain.leaf?.details ?? nothing);
    expect(middle).toMatchObject({ serial: 1, issuerSerial: 0, notBefore: 1_699_996_400 });
    expect(leaf).toMatchObject({ serial: 2, issuerSerial: 1 });
    expect(keyPair.publicKey.equals(leaf.key ?? nothing)).toBe(true);
    const signedBy = (key: Buffer, certificate: typeof chain.leaf): boolean =>
      isSignatureTrue(key, certificate?.details ?? nothing, certificate?.signature ?? nothing);
    expect(signedBy(root.publicKey, chain.intermediate)).toBe(true);
    expect(signedBy(Buffer.from(middle.key ?? nothing), chain.leaf)).toBe(true);
    expect(signedBy(root.publicKey, chain.leaf)).toBe(false);
  });
});

describe('frames', () => {
  const bodies = [Buffer.from('first'), nothing, Buffer.alloc(70_000, 7)];
  const routed = Buffer.concat([Buffer.from('4544000100000401020304', 'hex'), prologue]);

  it.each([
    ['at once', 1_000_000],
    ['byte by byte', 1],
    ['in uneven pieces', 7],
  ])('are read %s', (_how, size) => {
    for (const introduction of [prologue, routed]) {
      const bytes = Buffer.concat([introduction, ...bodies.map(encodeFrame)]);
      const reader = new FrameReader();
      const frames: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size)
        frames.push(...reader.push(bytes.subarray(at, at + size)));
      expect(Buffer.concat(frames).equals(Buffer.concat(bodies))).toBe(true);
      expect(frames.map(({ length }) => length)).toEqual([5, 0, 70_000]);
    }
  });

  it('begin with the introduction of a client', () => {
    expect(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1'))).toThrow('not a WhatsApp client');
  });
});
