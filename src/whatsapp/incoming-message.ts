import { isRealMessage, jidNormalizedUser, normalizeMessageContent, toNumber } from '@whiskeysockets/baileys';
import type { WAMessage } from '@whiskeysockets/baileys';
import type { IncomingMessage } from '../session/whatsapp.ts';

/** A message as others may see it; undefined for what a person did not write to this account. */
export function incomingMessage(message: WAMessage): IncomingMessage | undefined {
  const { key, pushName, messageTimestamp } = message;
  if (key.fromMe || !key.id || !key.remoteJid || !isRealMessage(message)) return undefined;
  return {
    id: key.id,
    from: jidNormalizedUser(key.remoteJid),
    pushName: pushName ?? null,
    at: new Date(toNumber(messageTimestamp) * 1000),
    text: textOf(message),
  };
}

function textOf({ message }: WAMessage): string | null {
  const content = normalizeMessageContent(message);
  if (!content) return null;
  return (
    content.conversation ??
    content.extendedTextMessage?.text ??
    content.imageMessage?.caption ??
    content.videoMessage?.caption ??
    content.documentMessage?.caption ??
    null
  );
}
