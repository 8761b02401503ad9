import type { Peers } from '../../src/ports/peers.ts';
import { HolderGoneError } from '../../src/errors.ts';
import type { Holder } from '../../src/ports/holder.ts';

type Socket = { readonly holder: Holder; state: 'there' | 'silent' | 'cutting' | 'gone' };

/** The sockets of a machine without real processes: each of its peers stands for one process. */
export class FakeMachine {
  readonly #sockets = new Map<string, Socket>();

  readonly #stopped = new Set<number>();

  /** The paths of all open sockets. */
  get paths(): string[] {
    return [...this.#sockets.keys()];
  }

  /** Acts like a suspended process: its socket accepts everything and answers nothing. */
  silence(path: string): void {
    this.#need(path).state = 'silent';
  }

  /** Acts like a process after Ctrl-Z. */
  stop(pid: number): void {
    this.#stopped.add(pid);
    this.silence(`/run/${String(pid)}`);
  }

  /** Acts like a process that is ending or overloaded: every connection to it is cut. */
  cut(path: string, isCut = true): void {
    this.#need(path).state = isCut ? 'cutting' : 'there';
  }

  /** Acts like a killed process, whose socket file stays. */
  kill(path: string): void {
    this.#need(path).state = 'gone';
  }

  peers(pid: number): Peers {
    const own = `/run/${String(pid)}`;
    return {
      open: ({ holder }) => {
        if (!this.#sockets.has(own)) this.#sockets.set(own, { holder, state: 'there' });
        return Promise.resolve(own);
      },
      at: (path) => Promise.resolve(this.#far(path)),
      // A process is reached at the port that is its pid.
      atHost: (url) => Promise.resolve(this.#far(`/run/${new URL(url).port}`)),
      isThere: (path) => Promise.resolve((this.#sockets.get(path)?.state ?? 'gone') !== 'gone'),
      answers: (path) => Promise.resolve(this.#sockets.get(path)?.state === 'there'),
      isStopped: (other) => this.#stopped.has(other),
      forget: (path) => {
        if (this.#sockets.get(path)?.state === 'gone') this.#sockets.delete(path);
        return Promise.resolve();
      },
      close: () => {
        this.#sockets.delete(own);
        return Promise.resolve();
      },
    };
  }

  #need(path: string): Socket {
    const socket = this.#sockets.get(path);
    if (socket) return socket;
    throw new Error(`there is no socket ${path}`);
  }

  /** Another process's holder, asked over its socket. */
  #far(path: string): Holder {
    const over = async <T>(ask: (holder: Holder) => Promise<T>): Promise<T> => {
      const socket = this.#sockets.get(path);
      if (!socket || socket.state === 'gone' || socket.state === 'cutting') throw new HolderGoneError();
      if (socket.state === 'silent') return new Promise(() => undefined);
      return ask(socket.holder);
    };
    return {
      pair: (...asked) => over((holder) => holder.pair(...asked)),
      check: (...asked) => over((holder) => holder.check(...asked)),
      keepOnline: (...asked) => over((holder) => holder.keepOnline(...asked)),
      bringOnline: (...asked) => over((holder) => holder.bringOnline(...asked)),
      answerPasskey: (...asked) => over((holder) => holder.answerPasskey(...asked)),
      confirmPasskey: (...asked) => over((holder) => holder.confirmPasskey(...asked)),
      disconnect: (...asked) => over((holder) => holder.disconnect(...asked)),
      restart: (...asked) => over((holder) => holder.restart(...asked)),
      logout: (...asked) => over((holder) => holder.logout(...asked)),
      remove: (...asked) => over((holder) => holder.remove(...asked)),
      held: (...asked) => over((holder) => holder.held(...asked)),
      engine: (...asked) => over((holder) => holder.engine(...asked)),
      refreshWebhook: (...asked) => over((holder) => holder.refreshWebhook(...asked)),
      follow: (...asked) => over((holder) => holder.follow(...asked)),
      heldStatuses: () => over((holder) => holder.heldStatuses()),
    };
  }
}
