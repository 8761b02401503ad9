// Baileys rc14 calls `Curve.verify` for every signature, which drops libsignal's answer, so any signature passes.
// `Curve` is an exported, writable object, so this file puts a real check there once, when it is first loaded. The
// handshake code has no hook, but it is synchronous and calls Curve in a fixed order (Utils/noise-handler.js,
// processHandshake): sharedKey(ephemeral, server ephemeral), sharedKey(ephemeral, server static), verify(leaf),
// verify(intermediate, with the one root key object). The ephemeral private key identifies the connection.
import { Curve, WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import { certificateFlaw } from '../certificate-chain.ts';
import type { SignedDetails } from '../certificate-chain.ts';
import type { Ending } from '../ending.ts';
import { isSignatureTrue } from '../../xeddsa.ts';

/** The certificates that one connection trusts, and how it learns the result. */
export type ServerTrust = {
  /** 32 bytes; WhatsApp's own when undefined. */
  readonly rootKey: Uint8Array | undefined;
  readonly onProven: () => void;
  readonly onFlaw: (flaw: Ending) => void;
};

type Handshake = { readonly trust: ServerTrust; serverKey: Uint8Array; leaf: SignedDetails | undefined };

const handshakes = new WeakMap<Uint8Array, Handshake>();
let opening: ServerTrust | undefined;
let current: Handshake | undefined;

const { generateKeyPair, sharedKey } = Curve;

Curve.generateKeyPair = () => {
  const pair = generateKeyPair();
  if (opening) handshakes.set(pair.private, { trust: opening, serverKey: new Uint8Array(), leaf: undefined });
  return pair;
};

Curve.sharedKey = (privateKey, publicKey) => {
  current = handshakes.get(privateKey);
  if (current) current.serverKey = publicKey;
  return sharedKey(privateKey, publicKey);
};

Curve.verify = (publicKey, message, signature) => {
  if (publicKey === WA_CERT_DETAILS.PUBLIC_KEY) return judge({ details: message, signature });
  if (current) current.leaf = { details: message, signature };
  return isSignatureTrue(publicKey, message, signature);
};

function judge(intermediate: SignedDetails): boolean {
  const handshake = current;
  current = undefined;
  if (!handshake?.leaf) return false;
  const { trust, leaf, serverKey } = handshake;
  const flaw = certificateFlaw(
    { intermediate, leaf, serverKey },
    trust.rootKey ?? WA_CERT_DETAILS.PUBLIC_KEY,
    new Date(),
  );
  if (flaw === undefined) trust.onProven();
  else trust.onFlaw(flaw);
  return flaw === undefined;
}

/** Runs `makeSocket` synchronously; `trust` judges the handshake of the socket that it makes. */
export function withTrust<T>(trust: ServerTrust, makeSocket: () => T): T {
  opening = trust;
  try {
    return makeSocket();
  } finally {
    opening = undefined;
  }
}
