import { wactlHere } from '../app/here.ts';
import type { Api, ApiOptions } from '../api/app.ts';
import type { ApiParts } from '../api/parts.ts';
import type { SessionRegistry, SessionRegistryParts } from '../holder/session-registry.ts';
import type { Holder } from '../ports/holder.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';

export type OwnApiParts = Pick<SessionRegistryParts, 'store' | 'leases' | 'clock' | 'pid' | 'engine'> & {
  /** The webhooks of the sessions that this holder knows. */
  readonly webhooks: (holder: Holder) => Promise<WebhookControl>;
  readonly settings: () => Pick<ApiParts, 'maxRetries'> & ReturnType<ApiParts['defaults']>;
};

/** Answers other processes: the API, limited to the sessions of this process. */
export async function apiOfOwn(
  { store, leases, clock, pid, engine, webhooks, settings }: OwnApiParts,
  { holder, feed }: Pick<SessionRegistry, 'holder' | 'feed'>,
  options: ApiOptions = {},
): Promise<Api> {
  const { createApi } = await import('../api/app.ts');
  const control = await webhooks(holder);
  const wactl = wactlHere({
    records: () => Promise.resolve(store),
    holder: () => Promise.resolve(holder),
    check: (session, options) => holder.check(session, options),
    heldStatuses: () => holder.heldStatuses(),
    // Whoever asks this process knows the others.
    elsewhere: () => Promise.resolve(new Map()),
    hosts: () => Promise.resolve(undefined),
    isLeased: async (id) => (await leases.leaseOf(id)) !== undefined,
    webhooks: () => Promise.resolve(control),
    engine,
    clock,
  });
  const apiParts = {
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
  };
  return createApi(apiParts, options);
}
