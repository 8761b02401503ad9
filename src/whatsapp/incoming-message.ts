import { isRealMessage, jidNormalizedUser, normalizeMessageContent, toNumber } from '@whiskeysockets/baileys';
import type { WAMessage } from '@whiskeysockets/baileys';
import type { IncomingMessage } from '../domain/connection-event.ts';

/** A message as the rest of the program sees it; undefined when no person wrote it to this account. */
export function incomingMessage(message: WAMessage): IncomingMessage | undefined {
  const { key, pushName, messageTimestamp } = message;
  if (key.fromMe || !key.id || !key.remoteJid || !isRealMessage(message)) return undefined;
  return {
    id: key.id,
    from: jidNormalizedUser(key.remoteJid),
    pushName: pushName ?? null,
    at: timeOf(messageTimestamp),
    text: textOf(message),
  };
}

/** The year 10000 in seconds: ISO 8601 has four digits for a year. */
const endOfTime = 253_402_300_800;

/** When it was sent, or the time of arrival when WhatsApp gives an impossible time or none. */
function timeOf(timestamp: WAMessage['messageTimestamp']): Date {
  const seconds = toNumber(timestamp);
  return seconds > 0 && seconds < endOfTime ? new Date(seconds * 1000) : new Date();
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
