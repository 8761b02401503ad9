import { HolderGoneError, NotHeldError } from '../errors.ts';
import type { Holder } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import type { Session } from '../domain/session.ts';
import { askHost } from './ask-host.ts';
import { askProcess } from './ask-process.ts';
import type { Answering } from './ask-process.ts';
import type { SessionRunner } from './session-runner.ts';
import type { SessionRegistry, SessionRegistryParts } from './session-registry.ts';
import type { Held } from '../domain/held.ts';

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

const answering = (parts: AskParts, lease: Lease, signal: AbortSignal): Promise<Answering | undefined> =>
  lease.host === undefined
    ? askProcess(parts, lease, signal)
    : askHost(parts, { ...lease, host: lease.host }, signal);
