import {
  aesEncryptCTR,
  derivePairingCodeKey,
  getBinaryNodeChild,
  getCompanionPlatformId,
  S_WHATSAPP_NET,
} from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import type { ConnectGoal } from '../session/whatsapp.ts';
import { browserOf, codePairingDisplay } from './device-name.ts';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';

type CodeGoal = Extract<ConnectGoal, { kind: 'pair_by_code' }>;

const phoneJid = (phone: string) => `${phone}@${S_WHATSAPP_NET.slice(1)}`;

/**
 * Asks WhatsApp to let the phone type `code`, and waits for its answer: companion_hello, as Baileys rc14 sends it
 * (requestPairingCode) but for the push flag. Throws `pairing_refused` with WhatsApp's number.
 */
export async function askForCode(
  socket: LiveSocket,
  creds: AuthenticationCreds,
  goal: CodeGoal,
  code: string,
): Promise<void> {
  // Baileys' own handler of the phone's answer reads these two. They are in memory only until the pairing is proven.
  creds.pairingCode = code;
  creds.me = { id: phoneJid(goal.phone), name: '~' };
  const hello = await companionHello(creds, goal, code);
  const answer = await socket.query(hello).catch((error: unknown) => {
    const { data } = error as { readonly data?: unknown };
    throw new Ending('pairing_refused', typeof data === 'number' ? data : null, { cause: error });
  });
  const reg = getBinaryNodeChild(answer, 'link_code_companion_reg');
  if (!getBinaryNodeChild(reg, 'link_code_pairing_ref')) throw new Ending('pairing_refused');
}

async function companionHello(creds: AuthenticationCreds, goal: CodeGoal, code: string): Promise<BinaryNode> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const key = await derivePairingCodeKey(code, salt);
  const wrapped = aesEncryptCTR(creds.pairingEphemeralKeyPair.public, key, iv);
  const part = (tag: string, content: Uint8Array | string): BinaryNode => ({ tag, attrs: {}, content });
  return {
    tag: 'iq',
    attrs: { to: S_WHATSAPP_NET, type: 'set', xmlns: 'md' },
    content: [
      {
        tag: 'link_code_companion_reg',
        attrs: {
          jid: phoneJid(goal.phone),
          stage: 'companion_hello',
          should_show_push_notification: String(goal.pushNotification),
        },
        content: [
          part('link_code_pairing_wrapped_companion_ephemeral_pub', Buffer.concat([salt, iv, wrapped])),
          part('companion_server_auth_key_pub', creds.noiseKey.public),
          part('companion_platform_id', getCompanionPlatformId(browserOf(undefined))),
          part('companion_platform_display', codePairingDisplay),
          part('link_code_pairing_nonce', '0'),
        ],
      },
    ],
  };
}

/**
 * Calls `onWrong` each time the phone has answered and no pairing follows: a wrong code raises no event of its own. An
 * error in answer to companion_finish says so at once, silence after `wrongCodeMs`. Returns the way to stop watching.
 */
export function watchForWrongCode(socket: LiveSocket, wrongCodeMs: number, onWrong: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timer);
  socket.onStanza('CB:notification,type:link_code_companion_reg', (stanza) => {
    const stage = getBinaryNodeChild(stanza, 'link_code_companion_reg')?.attrs['stage'];
    if (stage !== 'primary_hello') return;
    stop();
    timer = setTimeout(onWrong, wrongCodeMs);
  });
  socket.onStanza('CB:iq,type:error', () => {
    if (!timer) return;
    stop();
    timer = undefined;
    onWrong();
  });
  return stop;
}
