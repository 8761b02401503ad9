import { HolderGoneError, NotHeldError } from '../errors.ts';
import { joinSignals } from '../domain/join-signals.ts';
import type { LiveStatus } from '../domain/held.ts';
import type { Holder } from '../ports/holder.ts';
import type { Leases } from '../ports/leases.ts';
import { askProcess } from './ask-process.ts';
import type { AskProcessParts } from './ask-process.ts';

export type CheckElsewhereParts = AskProcessParts<Pick<Holder, 'held' | 'check'>> & {
  readonly leases: Pick<Leases, 'leaseOf'>;
  /** Of this process, loaded when it is needed. */
  readonly holder: () => Promise<Pick<Holder, 'check'>>;
};

/**
 * `check` for a command, which holds nothing. If another process of this machine holds the session, it is asked at once, before what it
 * takes to hold sessions is loaded here: whether it holds it, and how it is, in two questions that go together.
 */
export const checkElsewhere =
  (parts: CheckElsewhereParts): Holder['check'] =>
  async (session, options) => {
    const { leases, holder } = parts;
    const lease = await leases.leaseOf(session.id);
    const ended = new AbortController();
    const over = joinSignals(options.signal, ended.signal);
    try {
      if (lease && lease.host === undefined) {
        let asked: Promise<LiveStatus> | undefined;
        const at = async (socketPath: string) => {
          const peer = await parts.peers.at(socketPath);
          asked = peer.check(session, { ...options, signal: over.signal });
          // Without a holder, nobody waits for it.
          asked.catch(() => undefined);
          return peer;
        };
        const found = await askProcess({ ...parts, peers: { ...parts.peers, at } }, lease, options.signal);
        if (found && asked) return await asked;
      }
    } catch (error) {
      // It has let go of the session meanwhile, or has ended.
      if (!(error instanceof NotHeldError) && !(error instanceof HolderGoneError)) throw error;
    } finally {
      ended.abort();
      over.end();
    }
    return (await holder()).check(session, options);
  };
