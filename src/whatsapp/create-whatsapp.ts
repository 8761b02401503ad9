import './patches/inflate-limit.ts';
import type { WhatsApp } from '../ports/whatsapp.ts';
import { clientVersions } from './client-version.ts';
import type { ClientVersions } from './client-version.ts';
import { LiveConnection } from './connection.ts';
import { Turns } from '../domain/turns.ts';
import { usualDeadlines } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { EngineLog, OnEngineError } from './engine-log.ts';

export type WhatsAppOptions = {
  /** The device name in the phone's list, unless a request sets another. */
  readonly deviceName?: string;
  /** Silent when left out. */
  readonly log?: EngineLog;
  /** Called for each error inside the engine: an event or a write may be missing. */
  readonly onError?: OnEngineError;
  readonly versions?: ClientVersions;
  /** Shared with whatever else the process does in pieces. */
  readonly turns?: Turns;
  /** For tests. */
  readonly deadlines?: Partial<Deadlines>;
};

/**
 * The engine on Baileys. Loading this file puts a real signature check into Baileys and keeps its libraries away from
 * the console; it is costly, so load it by import() where a connection is needed.
 */
export function createWhatsApp(options: WhatsAppOptions = {}): WhatsApp {
  const { deviceName, log, onError = () => undefined } = options;
  const { versions = clientVersions(), turns = new Turns() } = options;
  const deadlines = { ...usualDeadlines, ...options.deadlines };

  return {
    connect: (request, onEvent) => {
      const named = deviceName === undefined ? request : { deviceName, ...request };
      return new LiveConnection({ deadlines, log, onError, versions, turns }, named, onEvent);
    },
    refreshVersion: (session, signal) => versions.refresh(session, signal),
  };
}
