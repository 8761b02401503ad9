import type { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import type { Turns } from '../domain/turns.ts';
import { outsideScope } from './patches/engine-scope.ts';

export type FrameParts = {
  /** Baileys' WebSocket, which passes on the events of the one below it (rc14, Socket/Client/websocket.js). */
  readonly ws: EventEmitter;
  /** The one below it. */
  readonly socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly run: <T>(work: () => T) => T;
  /** Shared by all sockets of the process. */
  readonly turns: Turns;
  /** Whether what was received is more than can be stored and acknowledged for now. */
  readonly isFull: () => boolean;
  /** Called when the socket has closed, before the frames that wait are handled. */
  readonly onClosed: () => void;
};

/** So many frames that wait are enough: no more are read. */
const enoughFrames = 20;
const fullPauseMs = 5;

/**
 * Lets the rest of the process go on while many frames arrive. Baileys handles all frames of a chunk, some hundred
 * messages, before anything else; here each waits for its turn, among those of the other sockets. They wait in order, and the
 * socket is not read meanwhile, so that the server keeps what is too much. The end of the socket waits for the frames
 * before it, because the last one may have the reason.
 */
export function takeFramesInTurn({ ws, socket, run, turns, isFull, onClosed }: FrameParts): {
  /** How many wait. */
  readonly count: () => number;
} {
  const waiting: (() => void)[] = [];
  let hasAsked = false;
  let isPaused = false;

  const read = (isReading: boolean): void => {
    if (isReading !== isPaused) return;
    isPaused = !isReading;
    if (isReading) socket.resume();
    else socket.pause();
  };
  const ask = (): void => {
    if (hasAsked || waiting.length === 0) return;
    hasAsked = true;
    turns.take(next);
  };
  const next = (): void => {
    if (isFull()) return void outsideScope(() => setTimeout(() => turns.take(next), fullPauseMs));
    const work = waiting.shift();
    if (waiting.length < enoughFrames) read(true);
    if (work) run(work);
    hasAsked = false;
    ask();
  };
  const take = (work: () => void): void => {
    waiting.push(work);
    if (waiting.length > enoughFrames) read(false);
    ask();
  };

  const emit = ws.emit.bind(ws);
  ws.emit = (name: string | symbol, ...values: unknown[]) => {
    if (name !== 'message' && name !== 'close') return emit(name, ...values);
    if (name === 'close') onClosed();
    take(() => void emit(name, ...values));
    return true;
  };
  return { count: () => waiting.length };
}
