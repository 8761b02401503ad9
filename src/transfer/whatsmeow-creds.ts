import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { WhatsmeowDevice, WhatsmeowRows } from '../ports/whatsmeow.ts';
import { isSignatureTrue } from '../xeddsa.ts';
import { markedBytes } from '../credentials/buffer-json.ts';
import { CredentialsError, publicOf } from './check-credentials.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const signalPublic = (key: Uint8Array): Buffer => Buffer.concat([Buffer.of(5), key]);

const pairOf = (secret: Uint8Array) => ({
  public: markedBytes(publicOf(secret)),
  private: markedBytes(secret),
});

/** The creds of Baileys (rc14) for a device of whatsmeow. Throws CredentialsError when no phone has signed for it. */
export function credsOfWhatsmeow({ device, preKeys, appStateKeys }: WhatsmeowRows): object {
  assertSigned(device);
  // As whatsmeow counts: keys that are used up are not there any more.
  const nextPreKeyId = preKeys.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  const latestAppStateKey = appStateKeys.at(-1);
  const lid = device.lid !== null && /^\d{1,20}(:\d{1,5})?@lid$/.test(device.lid) ? device.lid : null;
  return {
    noiseKey: pairOf(device.noiseKey),
    // For a pairing by code, which is over.
    pairingEphemeralKeyPair: pairOf(freshSecret()),
    signedIdentityKey: pairOf(device.identityKey),
    signedPreKey: {
      keyPair: pairOf(device.signedPreKey),
      signature: markedBytes(device.signedPreKeySignature),
      keyId: device.signedPreKeyId,
    },
    registrationId: device.registrationId,
    advSecretKey: base64(device.advSecret),
    processedHistoryMessages: [],
    nextPreKeyId,
    // Those that whatsmeow has not uploaded stay, unused.
    firstUnuploadedPreKeyId: nextPreKeyId,
    // The first sync is over, so that Baileys does not wait for one.
    accountSyncCounter: 1,
    accountSettings: { unarchiveChats: false },
    registered: true,
    me: {
      id: device.jid,
      ...(device.pushName === '' ? {} : { name: device.pushName }),
      ...(lid === null ? {} : { lid }),
    },
    account: {
      details: base64(device.advDetails),
      accountSignatureKey: base64(device.accountSignatureKey),
      accountSignature: base64(device.accountSignature),
      deviceSignature: base64(device.deviceSignature),
    },
    signalIdentities: [
      {
        identifier: { name: lid ?? device.jid, deviceId: 0 },
        identifierKey: markedBytes(signalPublic(device.accountSignatureKey)),
      },
    ],
    platform: device.platform,
    ...(latestAppStateKey ? { myAppStateKeyId: base64(latestAppStateKey.id) } : {}),
  };
}

/** What is signed begins with these (whatsmeow, pair.go): of a device of a phone, and of a hosted one. */
const accountPrefixes = [Buffer.of(6, 0), Buffer.of(6, 5)];
const devicePrefixes = [Buffer.of(6, 1), Buffer.of(6, 6)];

function assertSigned(device: WhatsmeowDevice): void {
  const identityKey = publicOf(device.identityKey);
  const { advDetails, accountSignatureKey, accountSignature, deviceSignature } = device;
  const byAccount = accountPrefixes.some((prefix) =>
    isSignatureTrue(accountSignatureKey, Buffer.concat([prefix, advDetails, identityKey]), accountSignature),
  );
  if (!byAccount) throw new CredentialsError('the phone has not signed for its identity key');
  const byDevice = devicePrefixes.some((prefix) =>
    isSignatureTrue(
      identityKey,
      Buffer.concat([prefix, advDetails, identityKey, accountSignatureKey]),
      deviceSignature,
    ),
  );
  if (!byDevice) throw new CredentialsError('its own signature is wrong');
}

const freshSecret = (): Uint8Array => secretOf(generateKeyPairSync('x25519').privateKey);

const secretOf = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
