import { networkInterfaces } from 'node:os';
import type { Holder } from '../ports/holder.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';
import { createHolder } from '../holder/create-holder.ts';
import { wactlHere } from '../app/here.ts';
import type { Api } from '../api/app.ts';
import type { ApiParts } from '../api/parts.ts';
import type { SessionRegistry, SessionRegistryParts } from '../holder/session-registry.ts';
import { isStopped } from '../is-stopped.ts';
import { peerSockets } from '../api/peer-sockets.ts';
import type { PeerSocketsParts } from '../api/peer-sockets.ts';
import { Wakeups } from '../holder/wakeups.ts';

// In the same file of dist/: whoever holds needs them.
export { watchedOutbox } from '../webhooks/watched-outbox.ts';
export { webhooksWhenNeeded } from '../webhooks/webhooks-when-needed.ts';

export type HoldHereParts = Omit<SessionRegistryParts, 'peers' | 'wakeups'> &
  Omit<PeerSocketsParts, 'api' | 'isStopped'> & {
    /** When aborted, ends the sessions that are kept online with no caller waiting for them. */
    readonly lifetime: AbortSignal;
    readonly warn: (sentence: string) => void;
    /** The webhooks of the sessions that this holder knows. */
    readonly webhooks: (holder: Holder) => Promise<WebhookControl>;
    readonly settings: () => Pick<ApiParts, 'maxRetries'> & ReturnType<ApiParts['defaults']>;
  };

/**
 * Holds sessions in this process, and asks the other processes of this machine about theirs. `end` closes its socket.
 */
export function holdHere(parts: HoldHereParts): {
  readonly holder: Holder;
  readonly own: SessionRegistry;
  readonly end: () => Promise<void>;
} {
  const peers = peerSockets({ ...parts, isStopped, api: (own) => apiOf(parts, own) });
  const wakeups = new Wakeups({ clock: parts.clock, addresses, warn: parts.warn });
  return { ...createHolder({ ...parts, peers, wakeups }), end: () => peers.close() };
}

/** Answers other processes: the API, limited to the sessions of this process. */
async function apiOf(
  { store, leases, clock, pid, engine, webhooks, settings }: HoldHereParts,
  { holder, feed }: Pick<SessionRegistry, 'holder' | 'feed'>,
): Promise<Api> {
  const { createApi } = await import('../api/app.ts');
  const control = await webhooks(holder);
  const wactl = wactlHere({
    records: () => Promise.resolve(store),
    holder: () => Promise.resolve(holder),
    heldStatuses: () => holder.heldStatuses(),
    isLeased: async (id) => (await leases.leaseOf(id)) !== undefined,
    webhooks: () => Promise.resolve(control),
    engine,
    clock,
  });
  return createApi({
    wactl,
    records: store,
    holder,
    feed,
    clock,
    // While this process ends, it answers that it no longer holds the session, so that others ask again.
    signal: new AbortController().signal,
    pid,
    engine,
    maxRetries: settings().maxRetries,
    defaults: settings,
  });
}

const addresses = (): string =>
  Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .flatMap(({ address, internal }) => (internal ? [] : [address]))
    .sort()
    .join();
