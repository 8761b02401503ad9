import { UsageError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Holder } from '../ports/holder.ts';
import type { ListenAddress } from '../domain/listen-address.ts';
import type { ApiDocs, WebPage } from '../ports/page.ts';
import type { DeliveryAttempt } from '../domain/delivery.ts';
import type { Session } from '../domain/session.ts';
import type { Feed, FeedListener } from '../ports/feed.ts';
import type { EventMark } from '../ports/event-mark.ts';
import type { AccessTokens } from '../ports/tokens.ts';
import { answer } from './answer.ts';
import { advertisedOf } from '../domain/advertised.ts';
import { createApi } from './app.ts';
import type { Answered, Api, ApiOptions } from './app.ts';
import { docsPages } from './docs-pages.ts';
import { readiness } from './readiness.ts';
import { checkToken, createGuard, newToken } from './guard.ts';
import { isRemote, openEntrances } from './entrances.ts';
import type { EntrancesOptions } from './entrances.ts';
import { withFleet } from './fleet.ts';
import { keepHistory } from './event-history.ts';
import { startMetrics } from './metrics.ts';
import { pageAnswer } from './page-answer.ts';
import type { MetricsParts } from './metrics.ts';
import type { ApiParts } from './parts.ts';
import { logAnswer, logAttempt } from './serve-log.ts';
import { StreamTickets } from './stream-tickets.ts';
import { remembered } from './remembered.ts';
import { readTls } from './tls-files.ts';
import type { TlsFiles } from './tls-files.ts';
import { bring } from './online-supervisor.ts';
import { shareSessions } from './share-sessions.ts';
import { ShareState } from './share-state.ts';
import type { ShareSessionsParts } from './share-sessions.ts';

type ApiOfServe = Omit<ApiParts, 'onPaired' | 'feed' | 'tickets' | 'history' | 'lastTold'> &
  Pick<ShareSessionsParts, 'hosts' | 'news' | 'overview' | 'beforeEnd'>;

export type ServeParts = ApiOfServe & {
  /** Of the clients. */
  readonly tokens: AccessTokens;
  readonly eventMark: EventMark;
  /** The API as other processes of this machine use it, for those of other machines. */
  readonly ownApi: (options: ApiOptions) => Promise<Api>;
  /** The name of this machine. */
  readonly machine: string;
  /** The sessions in the hands of this process. */
  readonly own: ShareSessionsParts['own'] & { readonly holder: Holder; readonly feed: Feed };
  /** Throws `store_locked` and the like when nothing can be stored now. */
  readonly assertWritable: () => Promise<void>;
  /** Calls the listener with how each attempt at a webhook delivery has ended. */
  readonly onAttempt: (listener: (attempt: DeliveryAttempt) => void) => void;
  /** Calls the listener at each error inside the engine. */
  readonly onEngineError: MetricsParts['onEngineError'];
  /** Calls the listener when events of a webhook were dropped. */
  readonly onDropped: MetricsParts['onDropped'];
  readonly waiting: MetricsParts['waiting'];
  /** Of this program. */
  readonly version: string;
  /** Of Node.js: "20.20.0". */
  readonly nodeVersion: string;
  /** How many files and sockets this process may have open; undefined where nothing says. */
  readonly openFiles: number | undefined;
  readonly warn: (sentence: string) => void;
  readonly log: Log;
  /** What a browser gets at "/", without the token; nothing when left out. */
  readonly page?: () => Promise<WebPage>;
  /** What a browser gets at "/docs", without the token; nothing when left out. */
  readonly docs?: () => Promise<ApiDocs>;
  readonly onEvent: FeedListener;
};

export type ServeOptions = {
  /** On this machine, at the usual port, when there are neither these nor inherited sockets. */
  readonly listen: readonly ListenAddress[];
  readonly inherited: EntrancesOptions['inherited'];
  readonly socketMode: number;
  /** In the clear when undefined. */
  readonly tls: TlsFiles | undefined;
  /** May do everything. When it is left out and no other may, one is made. */
  readonly token: string | undefined;
  /** Whether other machines may be let in. */
  readonly allowRemote: boolean;
  readonly hostNames: readonly string[];
  /** Where the other hosts reach this process; null: where it listens, if that is not this machine alone. */
  readonly advertised: string | null;
  /** Whether a token that is made can be shown to a person, once. */
  readonly showsToken: boolean;
  /** Whether /metrics has rows for each session. */
  readonly sessionMetrics: boolean;
};

export type Serving = {
  /** "http://127.0.0.1:7764", "unix:/run/wactl.sock"; at least one. */
  readonly urls: readonly string[];
  /** The token, when one was made. */
  readonly newToken: string | null;
  /** Reads what may have changed. A certificate that cannot be used leaves the one before it, and is told. */
  reload(): Promise<void>;
  /** Resolves after the signal, when every session is let go of and no request is under way: in 9 s at most. */
  readonly ended: Promise<void>;
};

/** Of the descriptors, one in so many is for clients. The others are for sessions, their webhooks and the store. */
const clientsShare = 4;
const openPages = ['/healthz', '/readyz'];
/** The counts of sessions in /metrics are this old at most: they take a look at every record. */
const countsForMs = 10_000;
/** Of the ten seconds in which a service must stop; the others are for clients and for a locked database. */
const letGoWithinMs = 6_000;

const usualListen: ListenAddress = { host: '127.0.0.1', port: 7764 };

/** Holds all sessions that should be online, and answers the API. Throws UsageError. */
export async function startServing(parts: ServeParts, options: ServeOptions): Promise<Serving> {
  const { hostNames, inherited, socketMode } = options;
  const tls = options.tls && (await readTls(options.tls, parts.warn));
  const kept = await parts.tokens.list();
  const hasTokens = kept.length > 0;
  const hasAdmin = kept.some(({ scope, sessionId }) => scope === 'admin' && sessionId === null);
  const { own, records, tokens, hosts, clock, warn, log, page, docs } = parts;
  const isEnough = options.allowRemote ? hasTokens : hasAdmin;
  const made = options.token === undefined && !isEnough ? newToken() : null;
  if (made !== null && !options.showsToken) {
    throw new UsageError(
      'a token for this run would be in the log',
      'make one: wactl token create NAME --scope admin; or: export WACTL_TOKEN="$(openssl rand -hex 32)"',
    );
  }
  const token = options.token === undefined ? made : checkToken(options.token);
  const tickets = new StreamTickets(clock);
  const state = new ShareState();
  const metrics = startMetrics({
    feed: own.feed,
    onAttempt: (listener) => parts.onAttempt(({ outcome }) => listener(outcome.kind)),
    onEngineError: parts.onEngineError,
    onDropped: parts.onDropped,
    sessions: remembered(clock, countsForMs, () => allSessions(parts)),
    waiting: remembered(clock, countsForMs, parts.waiting),
    held: async () => (await own.holder.heldStatuses()).size,
    hosts,
    share: state,
    machine: parts.machine,
    ofEachSession: options.sessionMetrics,
    version: parts.version,
    nodeVersion: parts.nodeVersion,
  });
  const logged = logAnswer(log);
  // These have nothing of anybody in them.
  const forBrowsers = {
    ...(page && { '/': { answer: async () => pageAnswer(await page()) } }),
    ...(docs && docsPages(docs)),
  };
  const endBefore = await parts.eventMark.take();
  // What happens before the first reader concerns none, unless one may come back that has had everything.
  let history = endBefore === undefined ? undefined : keepHistory(own.feed, endBefore);
  const lastTold = new AbortController();
  const unfollow = own.feed(parts.onEvent);
  parts.onAttempt(logAttempt(log));
  const watched = {
    onAnswer(answered: Answered) {
      metrics.onAnswer(answered);
      logged(answered);
    },
    onBug: (error: unknown) =>
      warn(`a request failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
  };
  const api = createApi(
    {
      ...parts,
      tickets,
      history: () => (history ??= keepHistory(own.feed)),
      lastTold: lastTold.signal,
      feed: own.feed,
      onPaired: ({ id }) => {
        // It is online, unless another process has paired it, which lets it go now.
        void records.update(id, { wantsOnline: true }).then((session) => bring(parts, session), ignore);
      },
    },
    {
      guard: createGuard({
        token,
        tokens,
        tickets,
        clock,
        hostNames,
        open: [...Object.keys(forBrowsers), ...openPages],
      }),
      ...watched,
      onChange: (change) => log.audit(change),
      pages: {
        ...forBrowsers,
        '/healthz': { answer: () => answer<'Health'>({ status: 'ok' }) },
        '/readyz': { answer: () => readiness({ ...parts, aside: () => state.aside }) },
        '/metrics': { answer: () => metrics.page(), isOfAll: true },
        '/openapi.json': {
          async answer() {
            const { openApi } = await import('./openapi.ts');
            return Response.json(openApi(parts.version));
          },
        },
      },
    },
  );
  const isAnywhere = options.listen.length > 0 || inherited.length > 0;
  const entrances = await openEntrances(
    {
      listen: isAnywhere ? options.listen : [usualListen],
      inherited,
      socketMode,
      tls,
      maxConnections: connectionsWithin(parts),
      checkHost: (host) => checkHost(host, options, hasTokens),
    },
    hosts ? await withFleet(api, { ...parts, ...watched, hosts }) : api,
  );
  const url =
    options.advertised ?? advertisedOf(entrances.urls, parts.machine, (await hosts?.ownAddress()) ?? null);
  if (hosts) log.line('info', reachedWords(url), { advertised: url });
  const sharing = await shareSessions({ ...parts, url, state });
  return {
    newToken: made,
    urls: entrances.urls,
    async reload() {
      if (!options.tls) return;
      const renewed = await readTls(options.tls, warn);
      entrances.renew(renewed);
      const until = renewed.expiresAt.toISOString();
      log.line('info', `the certificate was read again; it is valid until ${until}`, { expires_at: until });
    },
    ended: sharing.watching.then(async () => {
      await allLetGo(own, clock);
      lastTold.abort();
      if (history && (await own.holder.heldStatuses()).size === 0)
        await parts.eventMark.put(history.latest()).catch(ignore);
      await entrances.close();
      await sharing.end();
      metrics.end();
      unfollow();
    }),
  };
}

/** Throws UsageError unless remote access was allowed by a flag, and a token was given. */
function checkHost(host: string, { allowRemote, token, tls }: ServeOptions, hasTokens: boolean): void {
  if (!isRemote(host)) return;
  if (!allowRemote) {
    throw new UsageError(
      `other machines could reach ${host}`,
      tls
        ? 'to allow that, add --allow-remote; or listen on 127.0.0.1'
        : 'to allow that, add --allow-remote, with TLS in front of it or --tls-cert; or listen on 127.0.0.1',
    );
  }
  if (token === undefined && !hasTokens) {
    throw new UsageError(
      'a server that other machines can reach needs your own token',
      'make one: wactl token create NAME --scope admin; or: export WACTL_TOKEN="$(openssl rand -hex 32)"',
    );
  }
}

const reachedWords = (url: string | null): string =>
  url === null
    ? 'the other hosts cannot reach this one: give --advertise, or listen on an address of the network'
    : `the other hosts reach this one at ${url}`;

const connectionsWithin = ({ openFiles }: ServeParts): number | undefined =>
  openFiles === undefined ? undefined : Math.ceil(openFiles / clientsShare);

const ignore = (): void => undefined;

async function allSessions({ records, holder }: ServeParts): Promise<readonly Session[]> {
  const live = await holder.heldStatuses();
  const { sessions } = await records.list({ live, page: 1, perPage: 1_000_000 });
  return sessions;
}

/** Resolves when this process holds no session any more, or when it has taken too long. */
async function allLetGo({ holder, feed }: ServeParts['own'], clock: Clock): Promise<void> {
  const done = new AbortController();
  const look = async (): Promise<void> => {
    if ((await holder.heldStatuses()).size === 0) done.abort();
  };
  const unfollow = feed((_id, event) => {
    if (event.kind === 'released') void look();
  });
  void look();
  await clock.sleep(letGoWithinMs, done.signal).catch(ignore);
  unfollow();
}
