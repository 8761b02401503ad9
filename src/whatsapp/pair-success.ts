import { configureSuccessfulPairing, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';

/** What Baileys throws for a bad HMAC and for a bad account signature (rc14, Utils/validate-connection.js). */
const forgeries = [/^Invalid account signature/, /^Failed to verify account signature/];

/**
 * Checks pair-success, takes the link over into `creds` and signs it. Throws an Ending, `forged` when a signature is not
 * the phone's; `creds` are then as before.
 */
export async function acceptPairing(
  socket: LiveSocket,
  creds: AuthenticationCreds,
  stanza: BinaryNode,
): Promise<void> {
  let proof: ReturnType<typeof configureSuccessfulPairing>;
  try {
    proof = configureSuccessfulPairing(stanza, creds);
  } catch (cause) {
    await refuse(socket, stanza);
    const isForged = cause instanceof Error && forgeries.some((pattern) => pattern.test(cause.message));
    throw new Ending(isForged ? 'forged' : 'server_error', null, { cause });
  }
  // A business tells its verified name here, which Baileys takes for the push name.
  const { name: verifiedName, ...who } = proof.creds.me ?? {};
  const me = verifiedName === undefined ? who : { ...who, verifiedName };
  Object.assign(creds, proof.creds, { me, registered: true, pairingCode: undefined });
  await socket.run(() => socket.sock.sendNode(proof.reply));
}

/** Tells the server why (whatsmeow, pair.go), as far as the socket still takes it. */
async function refuse(socket: LiveSocket, { attrs }: BinaryNode): Promise<void> {
  const error: BinaryNode = { tag: 'error', attrs: { code: '401', text: 'signature-mismatch' } };
  const answer: BinaryNode = {
    tag: 'iq',
    attrs: { to: S_WHATSAPP_NET, type: 'error', id: attrs['id'] ?? '' },
    content: [error],
  };
  await socket.run(() => socket.sock.sendNode(answer)).catch(() => undefined);
}
