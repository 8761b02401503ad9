import { message } from './protobuf.ts';

/** The three messages of the Noise handshake. */
export const HandshakeMessage = message({
  clientHello: [2, message({ ephemeral: [1, 'bytes'], static: [2, 'bytes'], payload: [3, 'bytes'] })],
  serverHello: [3, message({ ephemeral: [1, 'bytes'], static: [2, 'bytes'], payload: [3, 'bytes'] })],
  clientFinish: [4, message({ static: [1, 'bytes'], payload: [2, 'bytes'] })],
});

const NoiseCertificate = message({ details: [1, 'bytes'], signature: [2, 'bytes'] });

/** The server's certificates, inside the server hello. */
export const CertificateChain = message({ leaf: [1, NoiseCertificate], intermediate: [2, NoiseCertificate] });

/** The details of one certificate; these bytes are signed. Times in seconds. */
export const CertificateDetails = message({
  serial: [1, 'uint'],
  issuerSerial: [2, 'uint'],
  key: [3, 'bytes'],
  notBefore: [4, 'uint'],
  notAfter: [5, 'uint'],
});

const AppVersion = message({ primary: [1, 'uint'], secondary: [2, 'uint'], tertiary: [3, 'uint'] });

/** A client's description of itself at the end of the handshake; a registration carries `devicePairingData`. */
export const ClientPayload = message({
  username: [1, 'uint'],
  passive: [3, 'bool'],
  userAgent: [5, message({ platform: [1, 'uint'], appVersion: [2, AppVersion], device: [7, 'string'] })],
  pushName: [7, 'string'],
  device: [18, 'uint'],
  devicePairingData: [
    19,
    message({
      eRegid: [1, 'bytes'],
      eKeytype: [2, 'bytes'],
      eIdent: [3, 'bytes'],
      eSkeyId: [4, 'bytes'],
      eSkeyVal: [5, 'bytes'],
      eSkeySig: [6, 'bytes'],
      buildHash: [7, 'bytes'],
      deviceProps: [8, 'bytes'],
    }),
  ],
  pull: [33, 'bool'],
});

/** How the phone shows a companion in its list of linked devices. */
export const DeviceProps = message({
  os: [1, 'string'],
  version: [2, AppVersion],
  platformType: [3, 'uint'],
  requireFullSync: [4, 'bool'],
});

/** ADV: the account's statement that a device belongs to it. Both sides sign these bytes. */
export const DeviceIdentity = message({
  rawId: [1, 'uint'],
  timestamp: [2, 'uint'],
  keyIndex: [3, 'uint'],
  accountType: [4, 'uint'],
  deviceType: [5, 'uint'],
});

/** A device identity with the signatures of both sides. */
export const SignedDeviceIdentity = message({
  details: [1, 'bytes'],
  accountSignatureKey: [2, 'bytes'],
  accountSignature: [3, 'bytes'],
  deviceSignature: [4, 'bytes'],
});

/** The form that the server carries: sealed with the ADV secret, which the server does not know. */
export const SignedDeviceIdentityHmac = message({ details: [1, 'bytes'], hmac: [2, 'bytes'] });

/** The passkey ceremony (waCompanionReg of WhatsApp's WAProto). `identity` is a CompanionEphemeralIdentity, as bytes. */
export const ProloguePayload = message({
  identity: [1, 'bytes'],
  commitment: [2, message({ hash: [1, 'bytes'] })],
});

export const CompanionEphemeralIdentity = message({
  publicKey: [1, 'bytes'],
  deviceType: [2, 'uint'],
  ref: [3, 'string'],
});

export const PrimaryEphemeralIdentity = message({ publicKey: [1, 'bytes'], nonce: [2, 'bytes'] });

export const EncryptedPairingRequest = message({ payload: [1, 'bytes'], iv: [2, 'bytes'] });

export const PairingRequest = message({
  noiseKey: [1, 'bytes'],
  identityKey: [2, 'bytes'],
  advSecret: [3, 'bytes'],
});
