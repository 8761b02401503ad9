import {
  aesEncryptCTR,
  derivePairingCodeKey,
  getBinaryNodeChild,
  getBinaryNodeChildBuffer,
  getCompanionPlatformId,
  S_WHATSAPP_NET,
} from '@whiskeysockets/baileys';
import type { BinaryNode, KeyPair } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import { browserOf, codePairingDisplay } from './device-name.ts';
import { Ending } from './ending.ts';
import { exchange } from './exchange.ts';
import type { LiveSocket } from './live-socket.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

export type CodeGoal = Extract<PairGoal, { kind: 'pair_by_code' }>;

/** The keys that the phone uses once the code is typed. */
export type HelloKeys = { readonly code: string; readonly ephemeral: KeyPair; readonly noiseKey: KeyPair };

export const phoneJid = (phone: string) => `${phone}@${S_WHATSAPP_NET.slice(1)}`;

/** A part of a stanza whose content is bytes. */
export const part = (tag: string, content: Uint8Array | string): BinaryNode => ({ tag, attrs: {}, content });

/**
 * Asks WhatsApp to let the phone type the code (companion_hello) and returns the ref in the answer. Throws an Ending
 * with WhatsApp's number when it refuses.
 */
export async function sayHello(socket: LiveSocket, goal: CodeGoal, keys: HelloKeys): Promise<Buffer> {
  const answer = await exchange(socket, await companionHello(goal, keys));
  if (!answer) throw new Ending('timed_out');
  const error = getBinaryNodeChild(answer, 'error');
  if (error) throw refusalOf(error);
  const reg = getBinaryNodeChild(answer, 'link_code_companion_reg');
  const ref = getBinaryNodeChildBuffer(reg, 'link_code_pairing_ref');
  if (!ref) throw new Ending('code_refused');
  return Buffer.from(ref);
}

/** `backoff`: the seconds to wait before asking again (whatsapp-rust, request.rs). */
function refusalOf({ attrs }: BinaryNode): Ending {
  const code = numberIn(attrs['code']);
  const wait = numberIn(attrs['backoff']);
  const details = wait === null ? {} : { detail: `WhatsApp asks to wait ${String(wait)} s` };
  return new Ending('code_refused', code, details);
}

const numberIn = (text = ''): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

async function companionHello(goal: CodeGoal, { code, ephemeral, noiseKey }: HelloKeys): Promise<BinaryNode> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const wrapped = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv);
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
          part('companion_server_auth_key_pub', noiseKey.public),
          part('companion_platform_id', getCompanionPlatformId(browserOf(undefined))),
          part('companion_platform_display', codePairingDisplay),
          // One zero byte (whatsmeow, pair-code.go; whatsapp-rust PR 976), where Baileys rc14 sends the character "0".
          part('link_code_pairing_nonce', Buffer.of(0)),
        ],
      },
    ],
  };
}
