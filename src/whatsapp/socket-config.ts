import { proto } from '@whiskeysockets/baileys';
import type { UserFacingSocketConfig } from '@whiskeysockets/baileys';
import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';
import type { ConnectRequest } from '../ports/whatsapp.ts';
import type { Credentials } from './credentials.ts';
import type { Deadlines } from './deadlines.ts';
import { browserOf } from './device-name.ts';
import type { Proxy } from './proxy.ts';
import { makeSignalRepository } from './signal-repository.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';

const { HistorySyncType } = proto.HistorySync;

/**
 * The parts of history to accept: the small first piece, which maps lids to numbers, and names. wactl keeps no chats,
 * and without RECENT Baileys does not hold events back for 20 s on a first login (Socket/chats.js).
 */
const wantedHistory: readonly unknown[] = [HistorySyncType.INITIAL_BOOTSTRAP, HistorySyncType.PUSH_NAME];

const longestTimerMs = 2 ** 31 - 1;

export type SocketSettings = {
  readonly request: ConnectRequest;
  readonly version: WhatsAppVersion;
  readonly deadlines: Deadlines;
  readonly proxy: Proxy | undefined;
  readonly logger: ILogger;
};

/** Baileys' configuration for one socket. */
export const socketConfig = (
  { request, version, deadlines, proxy, logger }: SocketSettings,
  { creds, keys }: Credentials,
): UserFacingSocketConfig => ({
  auth: { creds, keys },
  version,
  browser: browserOf(request.deviceName),
  logger,
  ...(request.session.endpoint ? { waWebSocketUrl: request.session.endpoint.url } : {}),
  ...(proxy
    ? {
        // Baileys types both as https.Agent; the WebSocket takes any, fetch takes only a dispatcher.
        agent: proxy.agent as never,
        fetchAgent: proxy.dispatcher as never,
        options: { dispatcher: proxy.dispatcher },
      }
    : {}),
  connectTimeoutMs: deadlines.connectingMs,
  defaultQueryTimeoutMs: deadlines.queryMs,
  // Never: liveness.ts sends the pings.
  keepAliveIntervalMs: longestTimerMs,
  markOnlineOnConnect: false,
  syncFullHistory: false,
  shouldSyncHistoryMessage: ({ syncType }) => wantedHistory.includes(syncType),
  enableRecentMessageCache: false,
  makeSignalRepository,
  getMessage: () => Promise.resolve(undefined),
  // A store failure is final: it ends the connection.
  transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
});
