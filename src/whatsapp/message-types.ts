import { proto } from '@whiskeysockets/baileys';
import { setImmediate as nextTurn } from 'node:timers/promises';

let areLoaded = false;

/**
 * Loads the types that the first messages need (.config/engine-plugins.js), which takes some 60 ms, in parts with turns of the
 * event loop between them. Nobody waits for it: without it the first message loads them, all at once.
 */
export async function loadMessageTypes(): Promise<void> {
  if (areLoaded) return;
  areLoaded = true;
  for (const load of [
    () => proto.MessageKey,
    () => proto.ContextInfo,
    () => proto.Message,
    () => proto.PreKeySignalMessage,
    () => proto.SignalMessage,
  ]) {
    await nextTurn();
    load();
  }
}
