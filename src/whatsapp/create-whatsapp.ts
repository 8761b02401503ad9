import { DEFAULT_CONNECTION_CONFIG } from '@whiskeysockets/baileys';
import type { CredentialStore } from '../session/session-store.ts';
import type { WhatsApp } from '../session/whatsapp.ts';
import { LiveConnection } from './connection.ts';
import { usualDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { EngineLog } from './engine-log.ts';
import { fetchVersion } from './fetch-version.ts';
import { isNewer, parseVersion, showVersion } from './whatsapp-version.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';

/** Where a fetched client version, "2.3000.1043857760", is kept from one run to the next. */
export type VersionCache = {
  readonly read: () => string | undefined;
  readonly keep: (version: string) => void | Promise<void>;
};

export type WhatsAppOptions = {
  readonly credentials: CredentialStore;
  /** What the phone lists the device as when a request says nothing else. */
  readonly deviceName?: string;
  /** Silent when left out. */
  readonly log?: EngineLog;
  /** Set by a person: goes before the cached one and is never fetched anew. */
  readonly whatsappVersion?: string;
  readonly versionCache?: VersionCache;
  /** For tests. */
  readonly deadlines?: Partial<Deadlines>;
};

const engineVersion = '7.0.0-rc14';

/**
 * The engine on Baileys. Loading this file puts a real signature check into Baileys and keeps its libraries away from
 * the console; it is costly, so load it by import() where a connection is needed.
 */
export function createWhatsApp(options: WhatsAppOptions): WhatsApp {
  const { credentials, deviceName, log, versionCache } = options;
  const deadlines = { ...usualDeadlines, ...options.deadlines };
  const fixed = options.whatsappVersion === undefined ? undefined : parseVersion(options.whatsappVersion);
  let fetched: WhatsAppVersion | undefined;

  const version = (): WhatsAppVersion => {
    if (fixed) return fixed;
    const own = DEFAULT_CONNECTION_CONFIG.version;
    const known = fetched ?? parseVersion(versionCache?.read() ?? '');
    // What was fetched once may by now be older than what came with an update.
    return known && isNewer(known, own) ? known : own;
  };

  return {
    get info() {
      return { name: 'baileys', version: engineVersion, whatsappVersion: showVersion(version()) };
    },
    connect: (request, onEvent) => {
      const named = deviceName === undefined ? request : { deviceName, ...request };
      return new LiveConnection({ credentials, deadlines, log, version }, named, onEvent);
    },
    refreshVersion: async (session, signal) => {
      if (fixed) return false;
      const found = await fetchVersion(session, deadlines.connectingMs, signal);
      if (!found || !isNewer(found, version())) return false;
      fetched = found;
      await versionCache?.keep(showVersion(found));
      return true;
    },
  };
}
