import { createHmac, randomBytes } from 'node:crypto';
import type { Device } from './device.ts';
import { keyPairFromSeed, sign } from './key-pair.ts';
import { DeviceIdentity, SignedDeviceIdentity, SignedDeviceIdentityHmac } from './messages.ts';
import type { Phone } from './phone.ts';
import { bytesOf } from './stanza.ts';
import type { Stanza } from './stanza.ts';
import { isSignatureTrue } from '../xeddsa.ts';

const accountPrefix = Buffer.of(6, 0);
const devicePrefix = Buffer.of(6, 1);

/** The phone's signed statement about a device (ADV), in the form for pair-success. */
export type DeviceIdentityOffer = {
  readonly details: Buffer;
  readonly accountSignature: Buffer;
  /** ADVSignedDeviceIdentityHMAC. */
  readonly container: Buffer;
};

/** The phone's statement that this companion belongs to its account, sealed with the secret from the QR. */
export function makeDeviceIdentity(
  phone: Phone,
  device: Device,
  advSecret: Uint8Array,
  { forgeSignature, forgeHmac }: { readonly forgeSignature: boolean; readonly forgeHmac: boolean },
): DeviceIdentityOffer {
  const details = DeviceIdentity.encode({
    rawId: phone.rawId,
    timestamp: Math.floor(Date.now() / 1000),
    keyIndex: device.keyIndex,
    accountType: 0,
    deviceType: 0,
  });
  const signer = forgeSignature ? keyPairFromSeed(randomBytes(32)) : phone.identity;
  const accountSignature = sign(signer, Buffer.concat([accountPrefix, details, device.keys.identityKey]));
  const signed = SignedDeviceIdentity.encode({
    details,
    accountSignatureKey: phone.identity.publicKey,
    accountSignature,
  });
  const hmacKey = forgeHmac ? randomBytes(32) : advSecret;
  const hmac = createHmac('sha256', hmacKey).update(signed).digest();
  return {
    details,
    accountSignature,
    container: SignedDeviceIdentityHmac.encode({ details: signed, hmac }),
  };
}

/** Finds the flaw in the companion's pair-device-sign; undefined when there is none. */
export function checkDeviceSignature(
  offer: DeviceIdentityOffer,
  device: Device,
  answer: Stanza | undefined,
): string | undefined {
  if (answer === undefined) return 'pair-device-sign without device-identity';
  if (answer.attrs['key-index'] !== String(device.keyIndex)) return 'pair-device-sign with another key index';
  const { details, accountSignature, accountSignatureKey, deviceSignature } = SignedDeviceIdentity.decode(
    bytesOf(answer),
  );
  if (details === undefined || !offer.details.equals(details)) return 'pair-device-sign with other details';
  if (accountSignature === undefined || !offer.accountSignature.equals(accountSignature))
    return 'pair-device-sign with another account signature';
  if (accountSignatureKey !== undefined) return 'pair-device-sign with the account key in it';
  const { identityKey } = device.keys;
  const message = Buffer.concat([devicePrefix, details, identityKey, device.phone.identity.publicKey]);
  if (deviceSignature === undefined || !isSignatureTrue(identityKey, message, deviceSignature))
    return 'the device signature is wrong';
  return undefined;
}
