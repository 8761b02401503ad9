import { configureSuccessfulPairing, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys';
import { parseJid } from '../domain/jid.ts';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';

/** A pair-success that has passed every check. */
export type Proof = {
  /** Sends pair-device-sign: from then on the phone may list this device. */
  readonly sign: () => Promise<void>;
  /** Tells the server instead that the pairing failed: the phone then lists no device. */
  readonly refuse: () => Promise<void>;
};

/** Baileys' errors for a bad HMAC and for a bad account signature (rc14, Utils/validate-connection.js). */
const forgeries = [/^Invalid account signature/, /^Failed to verify account signature/];

/** The error for the server (whatsmeow, pair.go). */
const mismatch = { code: '401', text: 'signature-mismatch' };
const internalError = { code: '500', text: 'internal-error' };

/**
 * Checks pair-success and copies the link into `creds`; nothing is sent yet. Throws an Ending: `forged` when a
 * signature is not the phone's. The server has then been told, and `creds` are unchanged.
 */
export async function provePairing(
  socket: LiveSocket,
  creds: AuthenticationCreds,
  stanza: BinaryNode,
): Promise<Proof> {
  let proof: ReturnType<typeof configureSuccessfulPairing>;
  try {
    proof = configureSuccessfulPairing(stanza, creds);
    checkAddress(proof.creds.me);
  } catch (cause) {
    const isForged = cause instanceof Error && forgeries.some((pattern) => pattern.test(cause.message));
    await answerError(socket, stanza, isForged ? mismatch : internalError);
    throw new Ending(isForged ? 'forged' : 'server_error', null, { cause });
  }
  // A business sends its verified name here, which Baileys takes for the push name.
  const { name: verifiedName, ...who } = proof.creds.me ?? {};
  const me = verifiedName === undefined ? who : { ...who, verifiedName };
  Object.assign(creds, proof.creds, { me, registered: true, pairingCode: undefined });
  return {
    sign: () => socket.run(() => socket.sock.sendNode(proof.reply)),
    refuse: () => answerError(socket, stanza, internalError),
  };
}

/**
 * Throws RangeError when the address has no device on the account: such credentials could never log in, while the phone
 * lists a device.
 */
function checkAddress(me: AuthenticationCreds['me']): void {
  const jid = parseJid(me?.id ?? '');
  const isDevice = jid?.server === 's.whatsapp.net' && /^\d{5,20}$/.test(jid.user) && Number(jid.device) > 0;
  if (!isDevice) throw new RangeError('pair-success does not name a device of an account');
}

/** Best effort: the socket may no longer accept it. */
async function answerError(
  socket: LiveSocket,
  { attrs }: BinaryNode,
  error: Readonly<Record<string, string>>,
): Promise<void> {
  const answer: BinaryNode = {
    tag: 'iq',
    attrs: { to: S_WHATSAPP_NET, type: 'error', id: attrs['id'] ?? '' },
    content: [{ tag: 'error', attrs: { ...error } }],
  };
  await socket.run(() => socket.sock.sendNode(answer)).catch(() => undefined);
}
