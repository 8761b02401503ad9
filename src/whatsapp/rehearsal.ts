// Node compiles code when it first runs, and a login and the phone's first messages run through much code: cold, it
// takes twice as long as warm (measured on Node 20). So this file runs it once while the person reaches for the phone,
// on keys made for that. It sends and stores nothing.
import {
  addTransactionCapability,
  Curve,
  encodeBinaryNode,
  generateSignalPubKey,
  initAuthCreds,
  proto,
} from '@whiskeysockets/baileys';
import type {
  AuthenticationCreds,
  SignalDataSet,
  SignalDataTypeMap,
  SignalKeyStore,
} from '@whiskeysockets/baileys';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toBytes } from '../credentials/credential-bytes.ts';
import { createBaileysLogger } from './engine-log.ts';
import { uploadStanza } from './pre-keys.ts';
import type { PreKeyBatch } from './pre-keys.ts';
import { makeSignalRepository } from './signal-repository.ts';

/** Lets incoming stanzas go first between its steps, and stops once `isOver`. */
export async function rehearseLogin(
  creds: AuthenticationCreds,
  preKeys: PreKeyBatch,
  isOver: () => boolean,
): Promise<void> {
  const steps = rehearse(creds, preKeys);
  try {
    do await nextTurn();
    while (!isOver() && !(await steps.next()).done);
  } finally {
    await steps.return();
  }
}

async function* rehearse(creds: AuthenticationCreds, preKeys: PreKeyBatch): AsyncGenerator<void, void> {
  encodeBinaryNode(uploadStanza(creds, preKeys));
  toBytes(creds);
  yield;
  const phone = makeParty();
  yield;
  const device = makeParty();
  try {
    yield;
    await phone.signal.injectE2ESession({ jid, session: await sessionFor(device) });
    yield;
    const { type, ciphertext } = await phone.signal.encryptMessage({ jid, data: firstMessage() });
    yield;
    proto.Message.decode(await device.signal.decryptMessage({ jid, type, ciphertext }));
  } finally {
    phone.signal.close?.();
    device.signal.close?.();
  }
}

/** The jid by which each of the two parties knows the other. */
const jid = '10000000000@s.whatsapp.net';

const firstMessage = (): Uint8Array =>
  proto.Message.encode({ protocolMessage: { appStateSyncKeyShare: { keys: [] } } }).finish();

type Party = ReturnType<typeof makeParty>;

/** Makes one of the two parties, which also runs the signing of a key. */
function makeParty() {
  const logger = createBaileysLogger(undefined);
  const creds = initAuthCreds();
  const options = { maxCommitRetries: 1, delayBetweenTriesMs: 0 };
  const keys = addTransactionCapability(keysInMemory(), logger, options);
  const signal = makeSignalRepository({ creds, keys }, logger, () => Promise.resolve([]));
  return { creds, keys, signal };
}

function keysInMemory(): SignalKeyStore {
  const kept = new Map<string, unknown>();
  return {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: readonly string[]) =>
      Object.fromEntries(
        ids.flatMap((id) => {
          const value = kept.get(`${type}/${id}`);
          return value ? [[id, value as SignalDataTypeMap[T]]] : [];
        }),
      ),
    set: (data: SignalDataSet) => {
      for (const [type, records] of Object.entries(data))
        for (const [id, value] of Object.entries(records)) kept.set(`${type}/${id}`, value);
    },
  };
}

async function sessionFor({ creds: { registrationId, signedIdentityKey, signedPreKey }, keys }: Party) {
  const preKey = Curve.generateKeyPair();
  await keys.set({ 'pre-key': { 1: preKey } });
  return {
    registrationId,
    identityKey: generateSignalPubKey(signedIdentityKey.public),
    signedPreKey: {
      keyId: signedPreKey.keyId,
      publicKey: generateSignalPubKey(signedPreKey.keyPair.public),
      signature: signedPreKey.signature,
    },
    preKey: { keyId: 1, publicKey: generateSignalPubKey(preKey.public) },
  };
}
