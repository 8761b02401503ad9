import { startDeadline } from '../domain/deadline.ts';
import type { Held } from '../domain/held.ts';
import { HolderGoneError, WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import type { Peers } from '../ports/peers.ts';
import { abortable } from './abortable.ts';

/** A holder that has answered, with what it said about the session. */
export type Answering<Peer = Holder> = { readonly peer: Peer; readonly held: Held };

export type AskProcessParts<Peer> = {
  readonly clock: Clock;
  readonly peers: Pick<Peers, 'isThere' | 'isStopped'> & { at(socketPath: string): Promise<Peer> };
};

/** A holder answers at once. One that does not is suspended or stuck, and still has its connection. */
const silentAfterMs = 2_000;
/** How long to wait for a process that cut the connection while it was ending. */
const cutOffPauseMs = 20;

/**
 * The holder behind a lease of this machine; undefined when the lease is dead: no process answers, or it does not hold the session.
 * Throws `in_use` when it is running but does not answer.
 */
export async function askProcess<Peer extends Pick<Holder, 'held'>>(
  { clock, peers }: AskProcessParts<Peer>,
  { socketPath, pid, sessionId: id }: Lease,
  signal: AbortSignal,
): Promise<Answering<Peer> | undefined> {
  const silent = new WactlError('in_use', `the process that holds ${id} does not answer`);
  const deadline = startDeadline(clock, signal, silentAfterMs, () => silent);
  const peer = await peers.at(socketPath);
  try {
    const held = await abortable(peer.held({ id }, { signal: deadline.signal }), deadline.signal);
    return held ? { peer, held } : undefined;
  } catch (error) {
    if (error === silent) throw unanswered(id, pid, peers.isStopped(pid));
    if (!(error instanceof HolderGoneError)) throw error;
    if (!(await peers.isThere(socketPath))) return undefined;
    // A holder that cut the connection may still be running, with its connection to WhatsApp.
    await clock.sleep(cutOffPauseMs, signal);
    throw error;
  } finally {
    deadline.end();
  }
}

/** A process that was stopped in the middle reacts to no other signal than these; its store is whole after any. */
function unanswered(id: string, pid: number, isStopped: boolean): WactlError {
  const holder = `${id} is held by process ${String(pid)}, which`;
  const end = `end it with: kill -9 ${String(pid)}`;
  return isStopped
    ? new WactlError(
        'in_use',
        `${holder} is stopped (Ctrl-Z)`,
        `let it go on with: fg, or: kill -CONT ${String(pid)}; or ${end}`,
      )
    : new WactlError('in_use', `${holder} does not answer`, `try again later, or ${end}`);
}
