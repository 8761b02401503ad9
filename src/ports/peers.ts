import type { Holder } from './holder.ts';
import type { Feed } from './feed.ts';

/** The sessions that one process holds: a holder for requests, and a feed of their events. */
export type LocalSessions = { readonly holder: Holder; readonly feed: Feed };

/** The other processes that hold sessions, and this process as those of this machine see it. */
export interface Peers {
  /** Opens this process's socket, once, to serve its sessions; resolves to the socket's path. */
  open(own: LocalSessions): Promise<string>;
  /**
   * The holder behind a socket. Its methods throw HolderGoneError when no process listens there or the connection is
   * cut, and NotHeldError when it does not hold the session.
   */
  at(socketPath: string): Promise<Holder>;
  /**
   * The holder of a process of another machine, by its address and id (`ServingHost`), to be asked within half a minute. Throws as that
   * behind a socket does.
   */
  atHost(url: string, serverId: string): Promise<Holder>;
  /** False when no process listens there: the socket refuses, or its file is gone. A silent process counts as there. */
  isThere(socketPath: string): Promise<boolean>;
  /** Whether a process listens there and runs: false after a short time without an answer. */
  answers(socketPath: string): Promise<boolean>;
  /** Whether a process is stopped, as by Ctrl-Z. */
  isStopped(pid: number): boolean;
  /** Removes the socket of a dead process. A socket stays when a running process holds other sessions behind it. */
  forget(socketPath: string): Promise<void>;
  /** Sends the answers under way, then removes the socket. */
  close(): Promise<void>;
}
