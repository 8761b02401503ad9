import makeWASocket, { S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode, UserFacingSocketConfig, WASocket } from '@whiskeysockets/baileys';
import type { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Deadlines } from './deadlines.ts';
import { dropUnknownCollections } from './app-state-names.ts';
import { createEngineScope, outsideScope } from './patches/engine-scope.ts';
import type { EngineScope } from './patches/engine-scope.ts';
import { Ending, endingOf, endingOfHttp } from './ending.ts';
import type { Phase } from './ending.ts';
import { isolateListeners } from './patches/isolate-listeners.ts';
import { endingOfFailure, endingOfStreamError } from './last-stanza.ts';
import type { Turns } from '../domain/turns.ts';
import { takeFramesInTurn } from './frames-in-turn.ts';
import { sendAfterWrites } from '../credentials/send-after-writes.ts';
import type { Writes } from '../credentials/send-after-writes.ts';
import { watchLiveness } from './liveness.ts';
import { withTrust } from './patches/server-trust.ts';

/** One socket of Baileys, from the first byte until nothing of it is left. */
export type LiveSocket = {
  readonly sock: WASocket;
  /** How far it has come; decides what its end means. */
  phase: Phase;
  /** Resolves when the server has proved its identity and the encryption is set up. */
  readonly proven: Promise<void>;
  /** Resolves once, when Baileys is done with the socket. */
  readonly ended: Promise<Ending>;
  /** Whether it has ended, or is ending so that any work still under way must fail. */
  readonly isOver: boolean;
  /** When anything last came from WhatsApp; null when nothing has. */
  readonly heardAt: Date | null;
  /** The next stanza of this kind, by Baileys' name for it ("CB:success"). Never rejects. */
  readonly next: (kind: string) => Promise<BinaryNode>;
  readonly onFailure: LiveSocketParts['onFailure'];
  readonly onStanza: (kind: string, handle: (stanza: BinaryNode) => void) => void;
  /** Runs inside the socket's scope: every call into `sock` goes through here. */
  readonly run: EngineScope['run'];
  /** The answer to an iq. Rejects with Baileys' Boom when it is an error, and when the socket ends. */
  readonly query: (stanza: BinaryNode) => Promise<BinaryNode>;
  /**
   * Ends the socket. Afterwards no timer, listener or socket is left, and Baileys has finished its work on incoming
   * stanzas.
   */
  readonly end: (ending: Ending) => Promise<void>;
};

/** The time limit for the other side to answer the close frame, and for Baileys to finish incoming stanzas. */
const closeGraceMs = 250;
const drainMs = 1_000;

/** Baileys' handlers that this engine replaces (Socket/socket.js): `pairing.ts` and `login.ts` do their work. */
const replacedHandlers = ['CB:iq,type:set,pair-device', 'CB:iq,,pair-success', 'CB:success'];

/** The stanzas after which a connection is over. */
const lastStanzas = ['CB:stream:error', 'CB:failure', 'CB:xmlstreamend', 'CB:ib,,downgrade_webclient'];

/** Stanzas that others send to this device. */
const incomingStanzas = ['CB:message', 'CB:receipt', 'CB:notification', 'CB:call'];

export type LiveSocketParts = {
  /** The root key of the trusted server; WhatsApp's own when undefined. */
  readonly rootKey: Uint8Array | undefined;
  readonly deadlines: Deadlines;
  /** Takes errors from handling incoming stanzas and events. */
  readonly onFailure: (error: unknown) => void;
  /** The changes that must be stored before a frame leaves. */
  readonly writes: Writes;
  /** In which received frames are handled. */
  readonly turns: Turns;
};

/** Opens a socket. Does not throw for a failed connection: `ended` reports it. */
export function openSocket(
  config: UserFacingSocketConfig,
  { rootKey, deadlines, onFailure, writes, turns }: LiveSocketParts,
): LiveSocket {
  const scope = createEngineScope();
  let tellProven: () => void = () => undefined;
  const proven = new Promise<void>((resolve) => (tellProven = resolve));
  let distrusted: Ending | undefined;
  const trust = {
    rootKey,
    onProven: () => tellProven(),
    onFlaw: (flaw: Ending) => (distrusted = flaw),
  };
  const sock = scope.run(() => withTrust(trust, () => makeWASocket(config)));
  const ws = sock.ws;
  const socket = rawSocket(sock);
  const sending = socket && sendAfterWrites(socket, writes, outsideScope);
  isolateListeners(ws, onFailure);
  isolateListeners(emitterOf(sock), onFailure);
  for (const kind of replacedHandlers) ws.removeAllListeners(kind);
  // Messages that cannot be acknowledged any more: the server keeps them.
  const onClosed = (): void => ignoreIncoming(sock);
  const frames =
    socket &&
    sending &&
    takeFramesInTurn({ ws, socket, run: scope.run, turns, isFull: sending.isFull, onClosed });
  // Emitted before any other event of a stanza.
  ws.on('frame', dropUnknownCollections);

  let settle: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => (settle = resolve));
  let own: Ending | undefined;
  let isOver = false;
  const tellEnded = (ending: Ending) => {
    isOver = true;
    scope.run(() => liveness.end());
    settle(ending);
  };

  const query = (stanza: BinaryNode): Promise<BinaryNode> =>
    scope.run(() => {
      liveness.asked();
      return sock.query(stanza) as Promise<BinaryNode>;
    });
  const liveness = watchLiveness(
    deadlines,
    () => void end(new Ending('connection_lost')),
    () => frames?.count() ?? 0,
  );
  // Not for undecryptable bytes, nor for bytes of a frame that never ends.
  ws.on('frame', liveness.hear);
  void proven.then(() => scope.run(() => liveness.keepAsking(() => void query(ping()).catch(ignored))));

  const live: LiveSocket = {
    sock,
    phase: 'connecting',
    onFailure,
    proven,
    ended,
    get heardAt() {
      return liveness.heardAt;
    },
    get isOver() {
      return isOver;
    },
    next: (kind) => new Promise((resolve) => ws.once(kind, (stanza: BinaryNode) => resolve(stanza))),
    onStanza: (kind, handle) => {
      ws.on(kind, (stanza: BinaryNode) => outsideScope(() => handle(stanza)));
    },
    run: scope.run,
    query,
    end,
  };

  sock.ev.on('connection.update', ({ connection, lastDisconnect }) => {
    if (connection === 'close') tellEnded(own ?? distrusted ?? endingOf(lastDisconnect?.error, live.phase));
  });
  ws.on('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
    own ??= endingOfHttp(response.statusCode ?? 0);
    request.destroy();
    void scope.run(() => sock.end(undefined));
  });
  // Runs before Baileys' own listeners, which end the socket.
  ws.prependListener('CB:failure', (stanza: BinaryNode) => (own ??= endingOfFailure(stanza, live.phase)));
  ws.prependListener('CB:stream:error', (stanza: BinaryNode) => {
    own ??= endingOfStreamError(stanza, live.phase);
  });
  // Baileys then closes, and waits up to 30 s for the other side to close too.
  for (const kind of lastStanzas) {
    ws.on(kind, () => setTimeout(() => rawSocket(sock)?.terminate(), closeGraceMs));
  }

  async function end(ending: Ending): Promise<void> {
    own ??= ending;
    if (live.phase === 'live' && !isOver) await drained(sock, scope.run);
    await sending?.allSent();
    isOver = true;
    const raw = rawSocket(sock);
    const gone =
      raw && raw.readyState !== raw.CLOSED ? new Promise((resolve) => raw.once('close', resolve)) : undefined;
    // Every open query of Baileys listens for this; without it they would wait their full 60 s.
    scope.run(() => ws.emit('error', new Error('wactl ended the connection')));
    void scope.run(() => sock.end(undefined));
    if (gone && raw) {
      const timer = setTimeout(() => raw.terminate(), closeGraceMs);
      await gone;
      clearTimeout(timer);
    }
    if (live.phase === 'live') await drained(sock, scope.run);
    // Let the rejections above be handled before the timers are cleared.
    await new Promise((resolve) => setImmediate(resolve));
    tellEnded(own);
    ws.removeAllListeners();
    scope.clearTimers();
  }

  return live;
}

/**
 * Accepts nothing new (the server keeps it, unacknowledged) and waits, at most a second, until Baileys has handled and
 * stored what arrived.
 */
async function drained(sock: WASocket, run: EngineScope['run']): Promise<void> {
  ignoreIncoming(sock);
  const mutexes = [sock.messageMutex, sock.receiptMutex, sock.notificationMutex, sock.appStatePatchMutex];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)));
  await Promise.race([
    run(() => Promise.all(mutexes.map((one) => one.mutex(() => Promise.resolve())))),
    late,
  ]);
  clearTimeout(timer);
}

function ignoreIncoming({ ws }: WASocket): void {
  for (const kind of incomingStanzas) ws.removeAllListeners(kind);
}

/** The emitter below Baileys' event buffer, which `on` returns (Utils/event-buffer.js). */
const emitterOf = ({ ev }: WASocket): EventEmitter =>
  (ev as unknown as Pick<EventEmitter, 'on'>).on('error', () => undefined);

/** The ping of WhatsApp Web. */
const ping = (): BinaryNode => ({
  tag: 'iq',
  attrs: { to: S_WHATSAPP_NET, type: 'get', xmlns: 'w:p' },
  content: [{ tag: 'ping', attrs: {} }],
});

/** The end of the socket reports the reason. */
const ignored = (): void => undefined;

/** The WebSocket below Baileys' own (Socket/Client/websocket.js); null when it is gone. */
const rawSocket = (sock: WASocket): WebSocket | null =>
  (sock.ws as unknown as { readonly socket: WebSocket | null }).socket;
