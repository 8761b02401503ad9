import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { Ending } from './ending.ts';
import { isSignatureTrue } from '../xeddsa.ts';

/** A Noise certificate as received: its signed bytes and their signature. */
export type SignedDetails = { readonly details: Uint8Array; readonly signature: Uint8Array };

export type CertificateChain = {
  readonly intermediate: SignedDetails;
  readonly leaf: SignedDetails;
  /** The static key that the server proved in the handshake. */
  readonly serverKey: Uint8Array;
};

const { Details } = proto.CertChain.NoiseCertificate;

/** The serial number of WhatsApp's root (Baileys rc14, `WA_CERT_DETAILS.SERIAL`). */
const rootSerial = 0;

/**
 * Finds the flaw in a Noise certificate chain; undefined when there is none. The root signs the intermediate, the
 * intermediate signs the leaf, and the leaf names the server's key; otherwise the chain is `forged`. The validity
 * period counts last, where it is set: an outdated certificate usually means that this machine's clock is wrong.
 */
export function certificateFlaw(chain: CertificateChain, rootKey: Uint8Array, now: Date): Ending | undefined {
  const { intermediate, leaf, serverKey } = chain;
  if (!isSignatureTrue(rootKey, intermediate.details, intermediate.signature)) {
    return forged('the intermediate certificate is not signed by the root');
  }
  const intermediateDetails = Details.decode(intermediate.details);
  if (intermediateDetails.issuerSerial !== rootSerial) {
    return forged('the intermediate certificate names another issuer');
  }
  if (!isSignatureTrue(intermediateDetails.key ?? new Uint8Array(), leaf.details, leaf.signature)) {
    return forged('the leaf certificate is not signed by the intermediate');
  }
  const leafDetails = Details.decode(leaf.details);
  if (leafDetails.issuerSerial !== intermediateDetails.serial)
    return forged('the leaf certificate names another issuer');
  if (!Buffer.from(leafDetails.key ?? []).equals(serverKey))
    return forged('the leaf certificate is for another key');
  return outOfDate(intermediateDetails, now) ?? outOfDate(leafDetails, now);
}

const forged = (flaw: string): Ending => new Ending('forged', null, { cause: new Error(flaw) });

function outOfDate(
  { notBefore, notAfter }: proto.CertChain.NoiseCertificate.IDetails,
  now: Date,
): Ending | undefined {
  const from = Number(notBefore ?? 0) * 1000;
  const until = Number(notAfter ?? 0) * 1000;
  const time = now.getTime();
  if ((from === 0 || time >= from) && (until === 0 || time <= until)) return undefined;
  const validity = [
    from === 0 ? '' : ` from ${dayOf(from)}`,
    until === 0 ? '' : ` until ${dayOf(until)}`,
  ].join('');
  const detail = `it is valid${validity}, but this machine's clock says ${dayOf(time)}`;
  return new Ending('certificate_out_of_date', null, { detail });
}

/** "2026-11-21" */
const dayOf = (time: number): string => new Date(Math.min(time, 8.64e15)).toISOString().slice(0, 10);
