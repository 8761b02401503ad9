// The signed pre-key is replaced about monthly, as WhatsApp Web does; Baileys (rc14) never does so by itself. Messages
// to an earlier key may still arrive, so its private half stays. A crash at any step loses nothing: the next key is
// stored before the server learns of it, and can be looked up by its id from then on.
import { signedKeyPair, S_WHATSAPP_NET, xmppSignedPreKey } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode, SignalCreds, SignedKeyPair } from '@whiskeysockets/baileys';
import type { Credentials } from './credentials.ts';
import type { LiveSocket } from './live-socket.ts';

const lifeMs = 30 * 24 * 60 * 60 * 1000;

/** WhatsApp keeps a message for a month, and a key lasts as long. */
const keptFormerKeys = 2;

/** The keys beside the current one, which Baileys keeps. Times are milliseconds since the epoch. */
type OtherSignedPreKeys = {
  readonly madeAt: number;
  /** The server may know it already; it is sent again until the server confirms it. */
  readonly next?: SignedKeyPair;
  /** Newest first. */
  readonly former: readonly SignedKeyPair[];
};

type OwnCreds = AuthenticationCreds & { readonly otherSignedPreKeys?: OtherSignedPreKeys };

/** The signed pre-key with this id, when it is not the current one. */
export function otherSignedPreKey(creds: SignalCreds, keyId: number): SignedKeyPair | undefined {
  const { signedPreKey, otherSignedPreKeys } = creds as OwnCreds;
  if (!otherSignedPreKeys || keyId === signedPreKey.keyId) return undefined;
  const { next, former } = otherSignedPreKeys;
  return [...(next ? [next] : []), ...former].find((key) => key.keyId === keyId);
}

/**
 * Replaces the signed pre-key when it is a month old. A key of unknown age counts from now on. Throws what the store or
 * the query throws; the next login then continues where this one stopped.
 */
export async function replaceSignedPreKeyWhenOld(
  { sock, run, query }: LiveSocket,
  { creds, storeCreds }: Credentials,
): Promise<void> {
  const store = (update: Partial<OwnCreds>): Promise<void> => {
    run(() => sock.ev.emit('creds.update', update));
    return storeCreds();
  };
  const { signedIdentityKey, signedPreKey: current, otherSignedPreKeys: others }: OwnCreds = creds;
  const now = Date.now();
  if (!others) return store({ otherSignedPreKeys: { madeAt: now, former: [] } });
  if (!others.next && now - others.madeAt < lifeMs) return;
  const next = others.next ?? signedKeyPair(signedIdentityKey, current.keyId + 1);
  await store({ otherSignedPreKeys: { ...others, next } });
  // Undefined: no answer in time.
  if (!(await query(rotation(next)))) return;
  const former = [current, ...others.former].slice(0, keptFormerKeys);
  await store({ signedPreKey: next, otherSignedPreKeys: { madeAt: now, former } });
}

/** rc14, Socket/socket.js, rotateSignedPreKey. */
const rotation = (key: SignedKeyPair): BinaryNode => ({
  tag: 'iq',
  attrs: { to: S_WHATSAPP_NET, type: 'set', xmlns: 'encrypt' },
  content: [{ tag: 'rotate', attrs: {}, content: [xmppSignedPreKey(key)] }],
});
