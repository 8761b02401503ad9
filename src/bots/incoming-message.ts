import type { WAMessage, WAMessageContent } from '@whiskeysockets/baileys';
import type { IncomingMessage } from '../domain/connection-event.ts';

/** A message of a person to this account, as webhooks tell it; undefined for anything else. Loads nothing of Baileys. */
export function incomingMessage({
  key,
  message,
  messageStubType,
  pushName,
  messageTimestamp,
}: WAMessage): IncomingMessage | undefined {
  if (key.fromMe || !key.id || !key.remoteJid) return undefined;
  const content = innermost(message);
  if (!content || messageStubType || !Object.keys(content).some((kind) => !silentKinds.has(kind)))
    return undefined;
  return {
    id: key.id,
    from: accountOf(key.remoteJid),
    pushName: pushName ?? null,
    at: timeOf(messageTimestamp),
    text: textOf(content),
  };
}

/** What is in a message beside or instead of what a person wrote (Baileys rc14, `isRealMessage`). */
const silentKinds: ReadonlySet<string> = new Set([
  'protocolMessage',
  'reactionMessage',
  'pollUpdateMessage',
  'senderKeyDistributionMessage',
  'messageContextInfo',
]);

/** The kinds that wrap another message (Baileys rc14, `normalizeMessageContent`). */
const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'documentWithCaptionMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'editedMessage',
] as const;

function innermost(message: WAMessageContent | null | undefined): WAMessageContent | undefined {
  let content = message ?? undefined;
  for (let depth = 0; depth < wrappers.length; depth += 1) {
    const inner = wrappers
      .map((kind) => content?.[kind]?.message)
      .find((one) => one !== undefined && one !== null);
    if (!inner) break;
    content = inner;
  }
  return content;
}

const textOf = (content: WAMessageContent): string | null =>
  content.conversation ??
  content.extendedTextMessage?.text ??
  content.imageMessage?.caption ??
  content.videoMessage?.caption ??
  content.documentMessage?.caption ??
  null;

/** "15551234567@s.whatsapp.net" of "15551234567:2@s.whatsapp.net" */
const accountOf = (jid: string): string => jid.replace(/:\d+@/, '@').replace(/@c\.us$/, '@s.whatsapp.net');

/** The year 10000 in seconds: ISO 8601 has four digits for a year. */
const endOfTime = 253_402_300_800;

/** Now, when WhatsApp gives an impossible time or none. */
function timeOf(timestamp: WAMessage['messageTimestamp']): Date {
  const seconds = Number(timestamp ?? 0);
  return seconds > 0 && seconds < endOfTime ? new Date(seconds * 1000) : new Date();
}
