import { Curve, proto } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { certificateFlaw } from '../../src/whatsapp/certificate-chain.ts';
import type { CertificateChain } from '../../src/whatsapp/certificate-chain.ts';
import { isSignatureTrue } from '../../src/xeddsa.ts';

const text = Buffer.from('the bytes that are signed');

describe('isSignatureTrue', () => {
  it('accepts what libsignal signs, for both signs of the point, with and without the key prefix', () => {
    const topBits = new Set<number>();
    for (let at = 0; at < 12; at += 1) {
      const key = Curve.generateKeyPair();
      const signature = Curve.sign(key.private, text);
      topBits.add((signature[63] ?? 0) & 0x80);
      expect(isSignatureTrue(key.public, text, signature)).toBe(true);
      expect(isSignatureTrue(Buffer.concat([Buffer.of(5), key.public]), text, signature)).toBe(true);
    }
    expect(topBits.size).toBeGreaterThan(0);
  });

  const key = Curve.generateKeyPair();
  const signature = Curve.sign(key.private, text);
  const flipped = (bytes: Uint8Array, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  it.each<[string, Uint8Array, Uint8Array, Uint8Array]>([
    ['another text', key.public, flipped(text, 0), signature],
    ['another R', key.public, text, flipped(signature, 0)],
    ['another s', key.public, text, flipped(signature, 40)],
    ['another key', Curve.generateKeyPair().public, text, signature],
    ['noughts', key.public, text, Buffer.alloc(64)],
    ['a short signature', key.public, text, signature.subarray(0, 63)],
    ['no key', new Uint8Array(), text, signature],
    ['a key without a point: u = -1', Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex'), text, signature],
  ])('refuses %s', (_, publicKey, message, wrong) => {
    expect(isSignatureTrue(publicKey, message, wrong)).toBe(false);
  });

  it('replaces the check in Baileys, which accepts anything', async () => {
    await import('../../src/whatsapp/patches/server-trust.ts');
    expect(Curve.verify(key.public, text, signature)).toBe(true);
    expect(Curve.verify(key.public, flipped(text, 0), signature)).toBe(false);
  });
});

describe('certificateFlaw', () => {
  const { Details } = proto.CertChain.NoiseCertificate;
  const root = Curve.generateKeyPair();
  const intermediate = Curve.generateKeyPair();
  const server = Curve.generateKeyPair();
  const stranger = Curve.generateKeyPair();
  const now = 1_800_000_000;

  type Overrides = {
    intermediate?: proto.CertChain.NoiseCertificate.IDetails;
    leaf?: proto.CertChain.NoiseCertificate.IDetails;
    rootSigner?: Uint8Array;
    leafSigner?: Uint8Array;
  };
  const chain = (overrides: Overrides = {}): CertificateChain => {
    const signed = (details: proto.CertChain.NoiseCertificate.IDetails, signer: Uint8Array) => {
      const bytes = Details.encode(details).finish();
      return { details: bytes, signature: Curve.sign(signer, bytes) };
    };
    return {
      intermediate: signed(
        { serial: 7, issuerSerial: 0, key: intermediate.public, ...overrides.intermediate },
        overrides.rootSigner ?? root.private,
      ),
      leaf: signed(
        { serial: 8, issuerSerial: 7, key: server.public, ...overrides.leaf },
        overrides.leafSigner ?? intermediate.private,
      ),
      serverKey: server.public,
    };
  };

  it.each<[string, Overrides, RegExp | undefined]>([
    ['a true chain', {}, undefined],
    ['validity around now', { leaf: { notBefore: now - 1, notAfter: now + 1 } }, undefined],
    ['another root', { rootSigner: stranger.private }, /not signed by the root/],
    ['another intermediate', { leafSigner: stranger.private }, /not signed by the intermediate/],
    ['another issuer of the intermediate', { intermediate: { issuerSerial: 1 } }, /names another issuer/],
    ['another issuer of the leaf', { leaf: { issuerSerial: 6 } }, /names another issuer/],
    ['a leaf for another key', { leaf: { key: stranger.public } }, /for another key/],
    ['an intermediate without a key', { intermediate: { key: null } }, /not signed by the intermediate/],
  ])('%s', (_, overrides, flaw) => {
    const found = certificateFlaw(chain(overrides), root.public, new Date(now * 1000));
    if (!flaw) return expect(found).toBeUndefined();
    expect(found?.reason).toBe('forged');
    expect(String(found?.cause)).toMatch(flaw);
  });

  it.each<[string, Overrides, string]>([
    [
      'a leaf of tomorrow',
      { leaf: { notBefore: now + 86_400 } },
      "it is valid from 2027-01-16, but this machine's clock says 2027-01-15",
    ],
    [
      'an intermediate of yesterday',
      { intermediate: { notBefore: 1, notAfter: now - 86_400 } },
      "it is valid from 1970-01-01 until 2027-01-14, but this machine's clock says 2027-01-15",
    ],
  ])('%s is out of date, not forged', (_, overrides, detail) => {
    expect(certificateFlaw(chain(overrides), root.public, new Date(now * 1000))).toMatchObject({
      reason: 'certificate_out_of_date',
      details: { detail },
    });
  });

  it('of a forged chain that is out of date says forged', () => {
    const overrides = { leafSigner: stranger.private, leaf: { notAfter: now - 1 } };
    const found = certificateFlaw(chain(overrides), root.public, new Date(now * 1000));
    expect(found?.reason).toBe('forged');
  });
});
