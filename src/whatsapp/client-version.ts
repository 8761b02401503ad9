import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Session } from '../domain/session.ts';
import { originWords } from '../domain/version-words.ts';
import { unlessAborted } from './with-deadline.ts';
import { isNewer, parseVersion, showVersion } from './whatsapp-version.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';
import type { VersionSource } from '../domain/engine.ts';

/** The version of WhatsApp Web that Baileys ships with (Defaults/index.js of rc14). */
const bundledVersion: WhatsAppVersion = [2, 3000, 1043857760];

/** A version that was looked up; `fetchedAt` is null when unknown. */
export type FetchedVersion = { readonly version: string; readonly fetchedAt: Date | null };

/** Keeps looked-up versions ("2.3000.1043857760") from one run to the next, by server. */
export type VersionCache = {
  readonly read: (server: string) => FetchedVersion | undefined;
  readonly keep: (server: string, fetched: FetchedVersion & { readonly fetchedAt: Date }) => void;
};

export type ClientVersion = {
  readonly version: WhatsAppVersion;
  readonly source: VersionSource;
  readonly fetchedAt: Date | null;
};

type Where = Pick<Session, 'proxy' | 'endpoint'>;

export interface ClientVersions {
  /** The version that a session's connections report to WhatsApp. */
  of(session: Pick<Session, 'endpoint'>): ClientVersion;
  /** Starts to look up a version for a pairing, unless the known one is fresh. Resolves when the question is on its way. */
  prepare(session: Where): Promise<void>;
  /** Waits for that lookup, up to its time limit. Rejects only with the signal's reason. */
  ready(session: Where, signal: AbortSignal): Promise<void>;
  /** Looks up a version even if the known one is fresh. False when there is none newer. */
  refresh(session: Where, signal: AbortSignal | undefined): Promise<boolean>;
}

export type ClientVersionsOptions = {
  /** Set by a person: used as it is, without a lookup. */
  readonly set?: string | undefined;
  readonly cache?: VersionCache;
  /** The time limit of a lookup. */
  readonly timeoutMs?: number;
};

/**
 * How long a version may be used for pairing: with one that is months old, linking fails silently, while logins still
 * work (Baileys 2679).
 */
const freshMs = 12 * 3_600_000;
const usualTimeoutMs = 5_000;

type Lookup = {
  readonly asked: Promise<void>;
  readonly found: Promise<void>;
  readonly abort: AbortController;
  waiting: number;
};

/** The versions of WhatsApp Web that connections report. Cheap to load. */
export function clientVersions(options: ClientVersionsOptions = {}): ClientVersions {
  const { cache, timeoutMs = usualTimeoutMs } = options;
  const set = parseVersion(options.set ?? '');
  const fetched = new Map<string, FetchedVersion>();
  const lookups = new Map<string, Lookup>();

  const of = ({ endpoint }: Pick<Session, 'endpoint'>): ClientVersion => {
    if (set) return { version: set, source: 'set', fetchedAt: null };
    const server = serverOf(endpoint);
    const { version, fetchedAt = null } = fetched.get(server) ?? cache?.read(server) ?? {};
    const known = parseVersion(version ?? '');
    if (!known || isNewer(bundledVersion, known))
      return { version: bundledVersion, source: 'bundled', fetchedAt: null };
    return { version: known, source: 'fetched', fetchedAt };
  };
  const keep = ({ endpoint }: Where, found: WhatsAppVersion): void => {
    const one = { version: showVersion(found), fetchedAt: new Date() };
    fetched.set(serverOf(endpoint), one);
    // A sandbox answers at once, so only a newer version than the bundled one is kept.
    if (endpoint && !isNewer(found, bundledVersion)) return;
    try {
      cache?.keep(serverOf(endpoint), one);
    } catch {
      // The version is used anyway, and can be looked up again.
    }
  };
  const lookUp = (session: Where): Lookup => {
    const server = serverOf(session.endpoint);
    const key = `${server} ${session.proxy ?? ''}`;
    const running = lookups.get(key);
    if (running) return running;
    const abort = new AbortController();
    const loaded = import('./fetch-version.ts');
    const found = loaded
      .then(({ fetchVersion }) => fetchVersion(server, session.proxy, timeoutMs, abort.signal))
      .then((version) => {
        if (version) keep(session, version);
      })
      .finally(() => lookups.delete(key));
    const asked = loaded.then(() => undefined);
    const lookup = { asked, found, abort, waiting: 0 };
    lookups.set(key, lookup);
    return lookup;
  };
  const wait = async (lookup: Lookup, signal: AbortSignal | undefined): Promise<void> => {
    // The lookup itself keeps no process alive; waiting for it does.
    const alive = setTimeout(() => undefined, timeoutMs);
    lookup.waiting += 1;
    try {
      await unlessAborted(lookup.found, signal);
    } finally {
      clearTimeout(alive);
      lookup.waiting -= 1;
      if (lookup.waiting === 0) lookup.abort.abort();
    }
  };
  const isFresh = (session: Where): boolean => {
    const { source, fetchedAt } = of(session);
    const age = fetchedAt ? Date.now() - fetchedAt.getTime() : Infinity;
    return source === 'set' || (age >= 0 && age < freshMs);
  };

  return {
    of,
    prepare: async (session) => {
      if (isFresh(session)) return;
      const { asked, found } = lookUp(session);
      found.catch(() => undefined);
      await asked;
      // To connect, and to send the question to a server on this machine.
      for (let turn = 0; turn < 2; turn += 1) await nextTurn();
    },
    ready: async (session, signal) => {
      if (!isFresh(session)) await wait(lookUp(session), signal);
    },
    refresh: async (session, signal) => {
      if (set) return false;
      const { version } = of(session);
      await wait(lookUp(session), signal);
      return isNewer(of(session).version, version);
    },
  };
}

/** The server to ask for a version: "https://web.whatsapp.com", or the sandbox of a sandbox's session. */
export const serverOf = (endpoint: Session['endpoint']): string =>
  endpoint ? endpoint.url.replace(/^ws(s?:\/\/[^/]*).*$/, 'http$1') : 'https://web.whatsapp.com';

/** "wactl identified itself as WhatsApp Web 2.3000.1043857760, looked up 3 hours ago", for a failure that an old one may have caused. */
export const versionWords = ({ version, source, fetchedAt }: ClientVersion, now: Date): string =>
  `wactl identified itself as WhatsApp Web ${showVersion(version)}, ${originWords(source, fetchedAt, now)}`;
