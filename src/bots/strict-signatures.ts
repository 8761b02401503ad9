import { AsyncLocalStorage } from 'node:async_hooks';
import { WactlError } from '../errors.ts';
import { closeTable } from '../domain/close-table.ts';
import { isSignatureTrue } from '../xeddsa.ts';
import type { BaileysModule, StrictOptions } from './public.ts';

/** WhatsApp's own (Baileys rc14, `WA_CERT_DETAILS`). */
const whatsAppRoot = Buffer.from('142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b', 'hex');
const rootSerial = 0;

type Signed = { readonly details?: Uint8Array | null; readonly signature?: Uint8Array | null };
type Chain = { readonly leaf?: Signed | null; readonly intermediate?: Signed | null };
type Details = {
  readonly serial?: number | null;
  readonly issuerSerial?: number | null;
  readonly key?: Uint8Array | null;
};
type Decode<T> = (...given: unknown[]) => T;

/** What is used of Baileys; 6.7 and 7 both have it. */
type Parts = {
  readonly Curve: {
    sharedKey: (privateKey: Uint8Array, publicKey: Uint8Array) => Buffer;
    verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
  };
  readonly proto: {
    readonly CertChain: {
      decode: Decode<Chain>;
      readonly NoiseCertificate: { readonly Details: { readonly decode: Decode<Details> } };
    };
  };
};

/** The roots of the copies of Baileys that are changed already. */
const roots = new WeakMap<object, Buffer>();

/**
 * Baileys asks nobody whether a signature is right: rc14 drops libsignal's answer, 6.7 does not look at the server's certificates
 * at all, and neither compares them with the key of the handshake. Both call `sharedKey` with that key right before they decode the
 * certificates (Utils/noise-handler.js, processHandshake), and what throws there ends the connection.
 */
export function strictSignatures(baileys: BaileysModule, { rootKey }: StrictOptions = {}): void {
  const { Curve, proto } = baileys as unknown as Parts;
  const isChanged = roots.has(Curve);
  roots.set(Curve, rootKey === undefined ? whatsAppRoot : Buffer.from(rootKey, 'hex'));
  if (isChanged) return;
  const root = (): Buffer => roots.get(Curve) ?? whatsAppRoot;
  const { sharedKey } = Curve;
  const { CertChain } = proto;
  const decode = CertChain.decode.bind(CertChain);
  // 6.7 does other things between its steps, of other handshakes too.
  const serverKey = new AsyncLocalStorage<Uint8Array | undefined>();

  Curve.sharedKey = (privateKey, publicKey) => {
    serverKey.enterWith(publicKey);
    return sharedKey(privateKey, publicKey);
  };
  Curve.verify = (publicKey, message, signature) => {
    const key = Buffer.from(publicKey).subarray(-32);
    return isSignatureTrue(key.equals(whatsAppRoot) ? root() : key, message, signature);
  };
  CertChain.decode = (...given) => {
    const chain = decode(...given);
    const flaw = flawOf(chain, serverKey.getStore(), root(), (bytes) =>
      CertChain.NoiseCertificate.Details.decode(bytes),
    );
    if (flaw === undefined) return chain;
    const { meaning, errorCode, hint } = closeTable.forged;
    throw new WactlError(errorCode, `${meaning} (${flaw})`, hint);
  };
}

/** What is wrong with the certificates; undefined when the root vouches for the key. */
function flawOf(
  { leaf, intermediate }: Chain,
  serverKey: Uint8Array | undefined,
  root: Uint8Array,
  detailsOf: (bytes: Uint8Array) => Details,
): string | undefined {
  if (!isSignedBy(root, intermediate)) return 'the root has not signed the intermediate certificate';
  const by = detailsOf(intermediate.details);
  if (by.issuerSerial !== rootSerial) return 'the intermediate certificate names another issuer';
  if (!isSignedBy(by.key ?? new Uint8Array(), leaf))
    return 'the intermediate has not signed the leaf certificate';
  const of = detailsOf(leaf.details);
  if (of.issuerSerial !== by.serial) return 'the leaf certificate names another issuer';
  if (!serverKey || !Buffer.from(of.key ?? []).equals(serverKey))
    return 'the leaf certificate is for another key';
  return undefined;
}

const isSignedBy = (
  key: Uint8Array,
  given: Signed | null | undefined,
): given is { readonly details: Uint8Array; readonly signature: Uint8Array } =>
  Boolean(given?.details && given.signature && isSignatureTrue(key, given.details, given.signature));
