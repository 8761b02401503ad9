import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../../src/api/app.ts';
import type { Api, ApiOptions } from '../../src/api/app.ts';
import { listenOnSocket } from '../../src/api/listen.ts';
import { StreamTickets } from '../../src/api/stream-tickets.ts';
import type { ApiParts } from '../../src/api/parts.ts';
import { webhookControl } from '../../src/webhooks/webhook-control.ts';
import { wactlHere } from '../../src/app/here.ts';
import type { Wactl } from '../../src/ports/wactl.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { expectDescribed } from './api-contract.ts';
import { FakeClock } from './fake-clock.ts';
import { fakeFeed } from './fake-feed.ts';
import { fakeHolder } from './fake-holder.ts';
import { somebody } from './fake-whatsapp.ts';
import { memoryHosts } from './memory-hosts.ts';
import { memoryStore } from './memory-store.ts';
import { pairInStore } from './pair-in-store.ts';
import { openProxy } from './proxies.ts';
import { someEngine } from './fake-session.ts';
import type { Hosts } from '../../src/ports/hosts.ts';
import type { Held } from '../../src/domain/held.ts';
import type { Webhook } from '../../src/domain/session.ts';
import type { NewSession, SessionPatch } from '../../src/domain/session-change.ts';

export type ApiWorld = {
  readonly api: Api;
  /** What the API calls. */
  readonly wactl: Wactl;
  readonly clock: FakeClock;
  readonly store: ReturnType<typeof memoryStore>;
  readonly observer: ReturnType<typeof fakeFeed>['observer'];
  readonly stop: AbortController;
  /** The sessions that count as held. */
  readonly held: Map<string, Held>;
  /** The machines of sessions that count as held elsewhere. */
  readonly elsewhere: Map<string, string>;
  /** Those that share the sessions: none, until one is announced. */
  readonly hosts: Hosts;
  /** The webhook of all sessions. */
  globalWebhook: Webhook | null;
  /** Sessions that a pairing by request has logged in. */
  readonly paired: string[];
  /** The warnings of the webhooks. */
  readonly warnings: string[];
  readonly bugs: unknown[];
  /** The answer to a request, with its JSON; fails when it does not match /openapi.json. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  has(draft: Partial<NewSession> & { id: string }, paired?: SessionPatch): Promise<void>;
};

export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Headers };

/** The API on a store in memory, a stopped clock, and a holder that the test scripts. */
export function apiWorld(
  holder: Partial<Holder> = {},
  options: ApiOptions = {},
  changes: Partial<ApiParts> = {},
): ApiWorld {
  const clock = new FakeClock();
  const store = memoryStore(() => clock.now());
  const { observer, feed } = fakeFeed();
  const stop = new AbortController();
  const held = new Map<string, Held>();
  const elsewhere = new Map<string, string>();
  const hosts = memoryHosts(() => clock.now()).of({
    serverId: 's1',
    name: 'wa-1',
    version: '1.2.3',
    pid: 4711,
  });
  const paired: string[] = [];
  const warnings: string[] = [];
  const bugs: unknown[] = [];
  const whole = fakeHolder({
    held: ({ id }) => Promise.resolve(held.get(id) ?? null),
    heldStatuses: () =>
      Promise.resolve(new Map<string, SessionStatus>([...held].map(([id, { status }]) => [id, status]))),
    ...holder,
  });
  const webhooks = webhookControl({
    outbox: store.outbox,
    globalWebhook: () => world.globalWebhook,
    holder: () => Promise.resolve(whole),
    clock,
    openProxy,
    warn: (sentence) => warnings.push(sentence),
  });
  const engine = () => Promise.resolve(someEngine);
  const wactl = wactlHere({
    records: () => Promise.resolve(store),
    holder: () => Promise.resolve(whole),
    check: (session, options) => whole.check(session, options),
    heldStatuses: () => whole.heldStatuses(),
    elsewhere: () => Promise.resolve(elsewhere),
    hosts: () => Promise.resolve(hosts),
    isLeased: () => Promise.resolve(true),
    webhooks: () => Promise.resolve(webhooks),
    engine,
    clock,
  });
  const api = createApi(
    {
      wactl,
      records: store,
      holder: whole,
      feed,
      clock,
      signal: stop.signal,
      pid: 4711,
      engine,
      maxRetries: 10,
      defaults: () => ({ webhook: null, proxy: null, endpoint: null }),
      qrDataUrl: (payload) => Promise.resolve(`data:image/png;base64,${payload}`),
      onPaired: ({ id }) => paired.push(id),
      tickets: new StreamTickets(clock),
      ...changes,
    },
    { onBug: (error) => bugs.push(error), ...options },
  );
  const world: ApiWorld = {
    globalWebhook: null,
    api,
    wactl,
    clock,
    store,
    observer,
    stop,
    held,
    elsewhere,
    hosts,
    paired,
    warnings,
    bugs,
    async ask(method, path, body, headers = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await api(
        new Request(`http://wactl${path}`, {
          method,
          headers: { ...type, ...headers },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      );
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
      const found: unknown = isJson ? await answer.json() : await answer.text();
      if (isJson) expectDescribed(method, path, answer.status, found);
      return { status: answer.status, headers: answer.headers, body: found };
    },
    async has(draft, patch) {
      await store.create({ name: null, webhook: null, proxy: null, endpoint: null, ...draft });
      if (!patch) return;
      await pairInStore(store, draft.id, somebody);
      await store.update(draft.id, patch);
    },
  };
  return world;
}

/** The API behind a socket in a directory of its own. */
export async function onSocket(api: Api) {
  const directory = await mkdtemp(join(tmpdir(), 'wactl-api-'));
  const path = join(directory, 's');
  const listening = await listenOnSocket(path, () => Promise.resolve(api));
  return {
    path,
    /** A request whose connection is cut as soon as its answer starts. */
    knock: (target: string): Promise<number> =>
      new Promise((resolve, reject) => {
        request({ socketPath: path, path: target }, (response) => {
          resolve(response.statusCode ?? 0);
          response.destroy();
        })
          .once('error', reject)
          .end();
      }),
    async close() {
      await listening.close(0);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
