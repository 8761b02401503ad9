import { CertificateChain, CertificateDetails } from './messages.ts';
import { sign } from './key-pair.ts';
import type { SigningKeyPair } from './key-pair.ts';

const intermediateSerial = 1;
const leafSerial = 2;
const validSeconds = 365 * 24 * 3600;

/** The signers of the chain: normally the root signs the intermediate, and the intermediate signs the server's key. */
export type CertificateSigners = {
  readonly root: SigningKeyPair;
  readonly intermediate: SigningKeyPair;
  /** Signs the leaf; a key other than the intermediate's makes it forged. */
  readonly leafSigner: SigningKeyPair;
};

/** The chain that a server shows in its hello: root (serial 0) → intermediate → leaf, the server's static key. */
export function makeCertificateChain(
  { root, intermediate, leafSigner }: CertificateSigners,
  serverKey: Uint8Array,
  now: Date,
): Buffer {
  const notBefore = Math.floor(now.getTime() / 1000) - 3600;
  const notAfter = notBefore + validSeconds;
  const intermediateDetails = CertificateDetails.encode({
    serial: intermediateSerial,
    issuerSerial: 0,
    key: intermediate.publicKey,
    notBefore,
    notAfter,
  });
  const leafDetails = CertificateDetails.encode({
    serial: leafSerial,
    issuerSerial: intermediateSerial,
    key: serverKey,
    notBefore,
    notAfter,
  });
  return CertificateChain.encode({
    leaf: { details: leafDetails, signature: sign(leafSigner, leafDetails) },
    intermediate: { details: intermediateDetails, signature: sign(root, intermediateDetails) },
  });
}
