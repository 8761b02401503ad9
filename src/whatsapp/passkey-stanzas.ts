import { getBinaryNodeChild, getBinaryNodeChildBuffer, proto, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { part } from './companion-hello.ts';
import { Ending } from './ending.ts';
import { exchange } from './exchange.ts';
import type { LiveSocket } from './live-socket.ts';

/** The phone's half of the ceremony; both have 32 bytes. */
export type PrimaryEphemeral = { readonly publicKey: Uint8Array; readonly nonce: Uint8Array };

/**
 * One iq of the ceremony; its parts have no attributes, their contents are bytes (whatsmeow, pair-passkey.go). Throws an
 * Ending when WhatsApp answers with an error or not at all. A result proves nothing.
 */
export async function askPasskey(
  socket: LiveSocket,
  type: 'get' | 'set',
  content: BinaryNode,
): Promise<BinaryNode> {
  const answer = await exchange(socket, {
    tag: 'iq',
    attrs: { to: S_WHATSAPP_NET, type, xmlns: 'md' },
    content: [content],
  });
  if (!answer) throw new Ending('timed_out');
  if (answer.attrs['type'] !== 'error') return answer;
  const code = Number(getBinaryNodeChild(answer, 'error')?.attrs['code']);
  throw new Ending('passkey_failed', Number.isSafeInteger(code) ? code : null, {
    detail: `WhatsApp refused the step ${content.tag}`,
  });
}

/** The bytes of a part; undefined when it is missing or empty. */
export function bytesIn(node: BinaryNode, tag: string): Buffer | undefined {
  const bytes = getBinaryNodeChildBuffer(node, tag);
  return bytes === undefined || bytes.length === 0 ? undefined : Buffer.from(bytes);
}

export const prologue = (parts: {
  readonly credentialId: Uint8Array;
  readonly assertion: string;
  readonly payload: Uint8Array;
  /** Null when the handoff key is too old. */
  readonly proof: Uint8Array | null;
}): BinaryNode => ({
  tag: 'passkey_prologue',
  attrs: {},
  content: [
    part('credential_id', parts.credentialId),
    part('webauthn_assertion', Buffer.from(parts.assertion)),
    part('prologue_payload', parts.payload),
    ...(parts.proof ? [part('pairing_handoff_proof', parts.proof)] : []),
  ],
});

/** Reads crsc_continuation. Throws an Ending when it is not as long as it must be. */
export function readContinuation(notification: BinaryNode): PrimaryEphemeral {
  const bytes = bytesIn(notification, 'primary_ephemeral_identity');
  try {
    const { publicKey, nonce } = proto.PrimaryEphemeralIdentity.decode(bytes ?? new Uint8Array());
    if (publicKey?.length === 32 && nonce?.length === 32) return { publicKey, nonce };
  } catch {
    // Said below.
  }
  throw new Ending('passkey_failed', null, { detail: 'the phone sent keys of the wrong length' });
}
