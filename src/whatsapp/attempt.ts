import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectRequest } from '../ports/whatsapp.ts';
import type { Credentials } from './credentials.ts';
import type { Deadlines } from './deadlines.ts';
import { rootKeyOf } from './endpoint.ts';
import { Ending, endingOf } from './ending.ts';
import type { EngineLog, OnEngineError } from './engine-log.ts';
import { createBaileysLogger } from './engine-log.ts';
import { openSocket } from './live-socket.ts';
import type { LiveSocket } from './live-socket.ts';
import type { Turns } from '../domain/turns.ts';
import { createWithDeadline } from './with-deadline.ts';
import type { WithDeadline } from './with-deadline.ts';
import { createProxy } from './proxy.ts';
import { keepFromPresences } from './patches/quiet-presence.ts';
import { answerServer } from './server-questions.ts';
import { socketConfig } from './socket-config.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';
import type { ConnectionEvent } from '../domain/connection-event.ts';

/** One socket, from its opening to its end. */
export type Attempt = {
  readonly socket: LiveSocket;
  readonly creds: AuthenticationCreds;
  readonly deadlines: Deadlines;
  readonly withDeadline: WithDeadline;
  readonly emit: (event: ConnectionEvent) => void;
  readonly signal: AbortSignal;
};

export type AttemptSettings = {
  readonly request: ConnectRequest;
  readonly version: WhatsAppVersion;
  readonly deadlines: Deadlines;
  readonly log: EngineLog | undefined;
  readonly onError: OnEngineError;
  readonly emit: (event: ConnectionEvent) => void;
  readonly endedHere: Promise<Ending>;
  readonly signal: AbortSignal;
  readonly turns: Turns;
};

const ownEndMs = 50;

/** Opens a socket, runs `work` on it, and cleans up completely. Throws an Ending, or what the store threw. */
export async function usingSocket<T>(
  settings: AttemptSettings,
  credentials: Credentials,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { request, deadlines, emit, endedHere, log, onError, signal, turns } = settings;
  signal.throwIfAborted();
  const { proxy: proxyUrl, endpoint } = request.session;
  const isSecure = !endpoint || endpoint.url.startsWith('wss:');
  const proxy = proxyUrl ? createProxy(proxyUrl, isSecure, signal) : undefined;
  const logger = createBaileysLogger(log, (message) => {
    // Work under way fails with the socket.
    if (!socket.isOver) onError(message);
  });
  const onFailure = (err: unknown) => logger.error({ err }, 'a stanza or an event could not be handled');
  const config = socketConfig({ ...settings, proxy, logger }, credentials);
  const { writes } = credentials;
  const socket = openSocket(config, { rootKey: rootKeyOf(endpoint), deadlines, onFailure, writes, turns });
  keepFromPresences(socket.sock, logger);
  answerServer(socket);
  const withDeadline = createWithDeadline([socket.ended, endedHere]);
  try {
    const result = await work({ socket, creds: credentials.creds, deadlines, withDeadline, emit, signal });
    await socket.end(new Ending('ended_here'));
    return result;
  } catch (error) {
    const ending = error instanceof Error && isForeign(error) ? await ownEnd(socket, error) : error;
    await socket.end(ending instanceof Ending ? ending : new Ending('ended_here'));
    throw ending;
  }
}

/** Neither an Ending nor an error of ours for people: something in Baileys failed. */
const isForeign = (error: Error): boolean => !(error instanceof Ending) && !('exitStatus' in error);

/** A query fails a moment before its socket reports why it ended. */
async function ownEnd(socket: LiveSocket, error: Error): Promise<Ending> {
  const said = await Promise.race([socket.ended, sleep(ownEndMs)]);
  return said ?? endingOf(error, socket.phase);
}
