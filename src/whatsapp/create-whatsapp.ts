import type { CredentialStore } from '../session/session-store.ts';
import type { WhatsApp } from '../session/whatsapp.ts';
import { LiveConnection } from './connection.ts';
import { usualDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import { engineInfo, versionInUse } from './engine-info.ts';
import type { EngineLog, OnEngineError } from './engine-log.ts';
import { fetchVersion } from './fetch-version.ts';
import { isNewer, showVersion } from './whatsapp-version.ts';

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
  /** Told of each error inside the engine: what it should have told or stored may be missing. */
  readonly onError?: OnEngineError;
  /** Set by a person: goes before the cached one and is never fetched anew. */
  readonly whatsappVersion?: string;
  readonly versionCache?: VersionCache;
  /** For tests. */
  readonly deadlines?: Partial<Deadlines>;
};

/**
 * The engine on Baileys. Loading this file puts a real signature check into Baileys and keeps its libraries away from
 * the console; it is costly, so load it by import() where a connection is needed.
 */
export function createWhatsApp(options: WhatsAppOptions): WhatsApp {
  const { credentials, deviceName, log, onError = () => undefined, versionCache } = options;
  const deadlines = { ...usualDeadlines, ...options.deadlines };
  let fetched: string | undefined;
  const known = () => fetched ?? versionCache?.read();
  const version = () => versionInUse(options.whatsappVersion, known());

  return {
    get info() {
      return engineInfo(options.whatsappVersion, known());
    },
    connect: (request, onEvent) => {
      const named = deviceName === undefined ? request : { deviceName, ...request };
      return new LiveConnection({ credentials, deadlines, log, onError, version }, named, onEvent);
    },
    refreshVersion: async (session, signal) => {
      if (options.whatsappVersion !== undefined) return false;
      const found = await fetchVersion(session, deadlines.connectingMs, signal);
      if (!found || !isNewer(found, version())) return false;
      fetched = showVersion(found);
      await versionCache?.keep(fetched);
      return true;
    },
  };
}
