import type { BinaryNode } from '@whiskeysockets/baileys';

/** The collections of app state there are (Baileys rc14, Types/Chat.js, ALL_WA_PATCH_NAMES). */
const names: readonly unknown[] = [
  'critical_block',
  'critical_unblock_low',
  'regular_high',
  'regular_low',
  'regular',
];

/**
 * Removes the collections that Baileys does not know from a `server_sync` notification. Baileys would ask the server
 * for one forever, without a pause, and handle no message meanwhile (rc14, Socket/chats.js, resyncAppState: it repeats
 * until every requested collection has been in an answer).
 */
export function dropUnknownCollections(frame: BinaryNode): void {
  if (frame.tag !== 'notification' || frame.attrs['type'] !== 'server_sync') return;
  if (!Array.isArray(frame.content)) return;
  // Not with getBinaryNodeChildren, which caches the old children.
  frame.content = frame.content.filter(
    ({ tag, attrs }) => tag !== 'collection' || names.includes(attrs['name']),
  );
}
