import { networkInterfaces } from 'node:os';
import type { Api, ApiOptions } from '../api/app.ts';
import { createHolder } from '../holder/create-holder.ts';
import type { CreateHolderParts, Holding } from '../holder/create-holder.ts';
import { apiOfOwn } from './own-api.ts';
import type { OwnApiParts } from './own-api.ts';
import { isStopped } from '../is-stopped.ts';
import { peerSockets } from '../api/peer-sockets.ts';
import type { PeerSocketsParts } from '../api/peer-sockets.ts';
import { Wakeups } from '../holder/wakeups.ts';

// In the same file of dist/: whoever holds needs them.
export { watchedOutbox } from '../webhooks/watched-outbox.ts';
export { webhooksWhenNeeded } from '../webhooks/webhooks-when-needed.ts';

export type HoldHereParts = OwnApiParts &
  Omit<CreateHolderParts, 'peers' | 'wakeups' | 'lifetime'> &
  Omit<PeerSocketsParts, 'api' | 'isStopped'> & {
    /** When aborted, ends the sessions that are kept online with no caller waiting for them. */
    readonly lifetime: AbortSignal;
    readonly warn: (sentence: string) => void;
  };

/**
 * Holds sessions in this process, and asks the other processes of this machine about theirs. `end` closes its socket.
 */
export function holdHere(parts: HoldHereParts): Holding & {
  /** What other processes are answered, for those of other machines. */
  readonly ownApi: (options: ApiOptions) => Promise<Api>;
  readonly end: () => Promise<void>;
} {
  const peers = peerSockets({ ...parts, isStopped, api: (own) => apiOfOwn(parts, own) });
  const wakeups = new Wakeups({ clock: parts.clock, addresses, warn: parts.warn });
  const holding = createHolder({ ...parts, peers, wakeups });
  return {
    ...holding,
    ownApi: (options) => apiOfOwn(parts, holding.own, options),
    end: () => peers.close(),
  };
}

const addresses = (): string =>
  Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .flatMap(({ address, internal }) => (internal ? [] : [address]))
    .sort()
    .join();
