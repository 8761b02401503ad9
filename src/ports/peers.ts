import type { Holder } from './holder.ts';
import type { Feed } from './feed.ts';

/** The sessions in the hands of one process: what can be asked of them, and what happens to them. */
export type LocalSessions = { readonly holder: Holder; readonly feed: Feed };

/** The other processes of this machine that hold sessions, and this one as they see it. */
export interface Peers {
  /** Opens the socket of this process, once, with its sessions behind it; answers with its path. */
  open(own: LocalSessions): Promise<string>;
  /**
   * The holder behind a socket. Its methods throw HolderGoneError when nobody listens there or the line is cut, and
   * NotHeldError when it does not hold the session.
   */
  at(socketPath: string): Promise<Holder>;
  /** False when nobody listens there: refused, or the file is gone. Somebody silent is there. */
  isThere(socketPath: string): Promise<boolean>;
  /** Removes what a dead process has left. A socket where somebody is, who holds other sessions, stays. */
  forget(socketPath: string): Promise<void>;
  /** Lets answers on their way leave, then removes the socket. */
  close(): Promise<void>;
}
