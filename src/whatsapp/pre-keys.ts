import { Curve, INITIAL_PREKEY_COUNT, KEY_BUNDLE_TYPE, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import { encodeBigEndian, xmppPreKey, xmppSignedPreKey } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode, KeyPair } from '@whiskeysockets/baileys';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyChange } from '../ports/store.ts';
import { preKeyToBytes } from '../credentials/credential-bytes.ts';

/** The pre-keys of a new device: the public halves for the server, the full keys for the store. */
export type PreKeyBatch = {
  readonly firstId: number;
  readonly pairs: readonly KeyPair[];
  readonly changes: readonly KeyChange[];
};

const sliceSize = 58;

/**
 * Makes a new device's first pre-keys (812) in slices, while a person reaches for the phone. Rejects with the signal's
 * reason when aborted.
 */
export async function makeFirstPreKeys(
  creds: AuthenticationCreds,
  signal: AbortSignal,
): Promise<PreKeyBatch> {
  const firstId = creds.nextPreKeyId;
  const pairs: KeyPair[] = [];
  const changes: KeyChange[] = [];
  while (pairs.length < INITIAL_PREKEY_COUNT) {
    signal.throwIfAborted();
    for (let made = 0; made < sliceSize && pairs.length < INITIAL_PREKEY_COUNT; made += 1) {
      const pair = Curve.generateKeyPair();
      changes.push({ type: 'pre-key', id: String(firstId + pairs.length), value: preKeyToBytes(pair) });
      pairs.push(pair);
    }
    await nextTurn();
  }
  return { firstId, pairs, changes };
}

/**
 * Counts a batch as uploaded. It is stored before the upload is sent: a crash in between loses unused keys but never
 * sends one twice; the next login finds no keys on the server and makes new ones.
 */
export function markUploaded(creds: AuthenticationCreds, batch: PreKeyBatch): void {
  creds.nextPreKeyId = batch.firstId + batch.pairs.length;
  creds.firstUnuploadedPreKeyId = creds.nextPreKeyId;
}

/** The stanza that uploads a batch (Baileys rc14, Utils/signal.js, getNextPreKeysNode). */
export const uploadStanza = (creds: AuthenticationCreds, batch: PreKeyBatch): BinaryNode => ({
  tag: 'iq',
  attrs: { xmlns: 'encrypt', type: 'set', to: S_WHATSAPP_NET },
  content: [
    { tag: 'registration', attrs: {}, content: encodeBigEndian(creds.registrationId) },
    { tag: 'type', attrs: {}, content: KEY_BUNDLE_TYPE },
    { tag: 'identity', attrs: {}, content: creds.signedIdentityKey.public },
    { tag: 'list', attrs: {}, content: batch.pairs.map((pair, at) => xmppPreKey(pair, batch.firstId + at)) },
    xmppSignedPreKey(creds.signedPreKey),
  ],
});
