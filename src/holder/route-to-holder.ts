import { HolderGoneError, NotHeldError, WactlError } from '../errors.ts';
import type { Holder } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import type { Session } from '../domain/session.ts';
import { abortable } from './abortable.ts';
import { askHost } from './ask-host.ts';
import type { Answering } from './ask-host.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { SessionRunner } from './session-runner.ts';
import type { SessionRegistry, SessionRegistryParts } from './session-registry.ts';
import type { Held } from '../domain/held.ts';

/** A holder answers at once. One that does not is suspended or stuck, and still has its connection. */
const silentAfterMs = 2_000;
/** How long to wait for a process that cut the connection while it was ending. */
const cutOffPauseMs = 20;

/** What to do, depending on where the session is held: by this process, by another one, or by none. */
export type Routes<T> = {
  readonly local: (held: SessionRunner) => Promise<T>;
  readonly peer: (peer: Holder, held: Held) => Promise<T>;
  /** Does it here; the lease, if there is one, is dead. Null when another process was faster. */
  readonly none: (dead: Lease | undefined) => Promise<{ readonly value: T } | null>;
};

type AskParts = Pick<SessionRegistryParts, 'leases' | 'clock' | 'peers'> & { readonly own: SessionRegistry };

/**
 * Finds the process that holds a session and asks it to act; tries again when that process lets go meanwhile. Throws
 * `in_use` when the holder is running but does not answer.
 */
export async function routeToHolder<T>(
  parts: AskParts,
  { id }: Pick<Session, 'id'>,
  signal: AbortSignal,
  routes: Routes<T>,
): Promise<T> {
  const { own, leases } = parts;
  for (;;) {
    signal.throwIfAborted();
    try {
      const mine = own.get(id);
      if (mine) return await routes.local(mine);
      const lease = await leases.leaseOf(id);
      const found = lease && (await answering(parts, lease, signal));
      if (found) return await routes.peer(found.peer, found.held);
      if (own.get(id)) continue;
      const done = await routes.none(lease);
      if (done) return done.value;
    } catch (error) {
      if (!(error instanceof NotHeldError) && !(error instanceof HolderGoneError)) throw error;
    }
  }
}

/** The holder behind a lease; undefined when the lease is dead: no process answers, or it does not hold the session. */
async function answering(parts: AskParts, lease: Lease, signal: AbortSignal): Promise<Answering | undefined> {
  const { clock, peers } = parts;
  const { socketPath, pid, sessionId: id, host } = lease;
  if (host !== undefined) return askHost(parts, { ...lease, host }, signal);
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
