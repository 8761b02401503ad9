import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { isSignatureTrue } from './xeddsa.ts';

/** A Noise certificate as it came: its signed bytes and the signature over them. */
export type SignedDetails = { readonly details: Uint8Array; readonly signature: Uint8Array };

export type CertificateChain = {
  readonly intermediate: SignedDetails;
  readonly leaf: SignedDetails;
  /** The static key that the server proved in the handshake. */
  readonly serverKey: Uint8Array;
};

const { Details } = proto.CertChain.NoiseCertificate;

/** The serial that WhatsApp's root calls itself by (Baileys rc14, `WA_CERT_DETAILS.SERIAL`). */
const rootSerial = 0;

/**
 * What is wrong with a Noise certificate chain, in words; undefined when nothing is. Root signs intermediate,
 * intermediate signs leaf, leaf names the server's key; validity counts where it is set (seconds). `now` in seconds.
 */
export function certificateFlaw(
  chain: CertificateChain,
  rootKey: Uint8Array,
  now: number,
): string | undefined {
  const { intermediate, leaf, serverKey } = chain;
  if (!isSignatureTrue(rootKey, intermediate.details, intermediate.signature)) {
    return 'the intermediate certificate is not signed by the root';
  }
  const intermediateDetails = Details.decode(intermediate.details);
  if (intermediateDetails.issuerSerial !== rootSerial) {
    return 'the intermediate certificate names another issuer';
  }
  if (!isSignatureTrue(intermediateDetails.key ?? new Uint8Array(), leaf.details, leaf.signature)) {
    return 'the leaf certificate is not signed by the intermediate';
  }
  const leafDetails = Details.decode(leaf.details);
  if (leafDetails.issuerSerial !== intermediateDetails.serial)
    return 'the leaf certificate names another issuer';
  if (!Buffer.from(leafDetails.key ?? []).equals(serverKey)) return 'the leaf certificate is for another key';
  if (!isValidAt(intermediateDetails, now) || !isValidAt(leafDetails, now))
    return 'a certificate is out of date';
  return undefined;
}

function isValidAt({ notBefore, notAfter }: proto.CertChain.NoiseCertificate.IDetails, now: number): boolean {
  const from = Number(notBefore ?? 0);
  const until = Number(notAfter ?? 0);
  return (from === 0 || now >= from) && (until === 0 || now <= until);
}
