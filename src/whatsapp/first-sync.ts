import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import type { Attempt } from './attempt.ts';

/** What Baileys (rc14) makes of the phone's first messages: a key of the app state, the name in each, a piece of history. */
const hasFirstSync = ({ me, myAppStateKeyId, processedHistoryMessages }: AuthenticationCreds): boolean =>
  Boolean(me?.name && myAppStateKeyId && processedHistoryMessages?.length);

/** Calls `tell`, perhaps more than once, when the phone has delivered what it sends a device that it has just linked. */
export function onFirstSync({ socket: { sock }, creds }: Attempt, tell: () => void): void {
  const look = (): void => {
    if (hasFirstSync(creds)) tell();
  };
  sock.ev.on('creds.update', look);
  look();
}
