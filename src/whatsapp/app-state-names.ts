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
 * Takes from a `server_sync` notification the collections that Baileys does not know. It would ask the server for one
 * again and again, without a pause and for good, and handle no message meanwhile (rc14, Socket/chats.js, resyncAppState:
 * it goes on until each collection that was asked for has been in an answer).
 */
export function dropUnknownCollections(frame: BinaryNode): void {
  if (frame.tag !== 'notification' || frame.attrs['type'] !== 'server_sync') return;
  if (!Array.isArray(frame.content)) return;
  // Not by getBinaryNodeChildren, which remembers what was there.
  frame.content = frame.content.filter(
    ({ tag, attrs }) => tag !== 'collection' || names.includes(attrs['name']),
  );
}
