import type { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { outsideScope } from './patches/engine-scope.ts';

export type FrameParts = {
  /** Baileys' WebSocket, which passes on the events of the one below it (rc14, Socket/Client/websocket.js). */
  readonly ws: EventEmitter;
  /** The one below it. */
  readonly socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly run: <T>(work: () => T) => T;
  /** Whether what was received is more than can be stored and acknowledged for now. */
  readonly isFull: () => boolean;
  /** Called when the socket has closed, before the frames that wait are handled. */
  readonly onClosed: () => void;
};

/** So many are handled in one turn. */
const inOneTurn = 4;
/** So many frames that wait are enough: no more are read. */
const enoughFrames = 20;
const fullPauseMs = 5;

/**
 * Lets the rest of the process go on while many frames arrive. Baileys handles all frames of a chunk, some hundred
 * messages, before anything else; here a few are handled in each turn of the event loop. The others wait in order, and the
 * socket is not read meanwhile, so that the server keeps what is too much. The end of the socket waits for the frames
 * before it, because the last one may have the reason.
 */
export function takeFramesInTurn({ ws, socket, run, isFull, onClosed }: FrameParts): {
  /** How many wait. */
  readonly count: () => number;
} {
  const waiting: (() => void)[] = [];
  /** How many were handled in this turn; undefined while nothing comes. */
  let handled: number | undefined;
  let isPaused = false;

  const read = (isReading: boolean): void => {
    if (isReading !== isPaused) return;
    isPaused = !isReading;
    if (isReading) socket.resume();
    else socket.pause();
  };
  const plan = (): void => {
    outsideScope(() => (isFull() ? setTimeout(next, fullPauseMs) : setImmediate(next)));
  };
  const next = (): void => {
    const works = isFull() ? [] : waiting.splice(0, inOneTurn);
    if (waiting.length < enoughFrames) read(true);
    handled = works.length === 0 && waiting.length === 0 ? undefined : works.length;
    for (const work of works) run(work);
    if (handled !== undefined) plan();
  };
  const take = (work: () => void): void => {
    if (waiting.length > 0 || (handled ?? 0) >= inOneTurn) {
      waiting.push(work);
      if (waiting.length >= enoughFrames) read(false);
      return;
    }
    if (handled === undefined) plan();
    handled = (handled ?? 0) + 1;
    run(work);
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
