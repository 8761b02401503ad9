import { createHash } from 'node:crypto';
import { DeviceProps } from './messages.ts';
import { isSignatureTrue } from '../xeddsa.ts';

/** The public keys that a companion registers with. */
export type CompanionKeys = {
  readonly noiseKey: Buffer;
  readonly identityKey: Buffer;
  readonly registrationId: number;
  readonly signedPreKey: SignedPreKey;
};

/** A companion's medium-term pre-key; `signature` is by its identity key over 05 | publicKey. */
export type SignedPreKey = {
  readonly id: number;
  readonly publicKey: Buffer;
  readonly signature: Buffer;
};

/** How the phone lists a companion: "Chrome" on "Ubuntu". */
export type CompanionProps = { readonly os: string; readonly platformType: number };

/** `devicePairingData` of a ClientPayload. Numbers are big-endian. */
export type PairingData = {
  readonly eRegid?: Uint8Array;
  readonly eKeytype?: Uint8Array;
  readonly eIdent?: Uint8Array;
  readonly eSkeyId?: Uint8Array;
  readonly eSkeyVal?: Uint8Array;
  readonly eSkeySig?: Uint8Array;
  readonly buildHash?: Uint8Array;
  readonly deviceProps?: Uint8Array;
};

const curveKeyType = 5;

/** Reads and checks a companion's registration data. Throws a RangeError that names the flaw. */
export function readCompanion(
  data: PairingData,
  version: readonly number[],
  noiseKey: Buffer,
): { readonly keys: CompanionKeys; readonly props: CompanionProps } {
  const { eRegid, eKeytype, eIdent, eSkeyId, eSkeyVal, eSkeySig, buildHash } = data;
  if (eRegid?.length !== 4) throw new RangeError('registration id is not 4 bytes');
  if (eKeytype?.length !== 1 || eKeytype[0] !== curveKeyType) throw new RangeError('key type is not 5');
  if (eIdent?.length !== 32 || eSkeyVal?.length !== 32) throw new RangeError('a public key is not 32 bytes');
  if (eSkeyId?.length !== 3) throw new RangeError('signed pre-key id is not 3 bytes');
  if (
    eSkeySig === undefined ||
    !isSignatureTrue(eIdent, Buffer.concat([Buffer.of(curveKeyType), eSkeyVal]), eSkeySig)
  )
    throw new RangeError('the signature of the signed pre-key is wrong');
  const expectedHash = createHash('md5').update(version.join('.')).digest();
  if (buildHash === undefined || !expectedHash.equals(buildHash)) throw new RangeError('build hash is wrong');
  const props = DeviceProps.decode(data.deviceProps ?? new Uint8Array());
  return {
    keys: {
      noiseKey,
      identityKey: Buffer.from(eIdent),
      registrationId: Buffer.from(eRegid).readUInt32BE(),
      signedPreKey: {
        id: Buffer.from(eSkeyId).readUIntBE(0, 3),
        publicKey: Buffer.from(eSkeyVal),
        signature: Buffer.from(eSkeySig),
      },
    },
    props: { os: props.os ?? '', platformType: props.platformType ?? 0 },
  };
}
