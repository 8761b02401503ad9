import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import type { Attempt } from './attempt.ts';

/**
 * The traces of the phone's first messages in Baileys (rc14): an app state key, the name in each message, a piece of
 * history.
 */
const hasFirstSync = ({ me, myAppStateKeyId, processedHistoryMessages }: AuthenticationCreds): boolean =>
  Boolean(me?.name && myAppStateKeyId && processedHistoryMessages?.length);

/** Calls `tell`, perhaps more than once, when the phone has delivered what it sends to a newly linked device. */
export function onFirstSync({ socket: { sock }, creds }: Attempt, tell: () => void): void {
  const look = (): void => {
    if (hasFirstSync(creds)) tell();
  };
  sock.ev.on('creds.update', look);
  look();
}
