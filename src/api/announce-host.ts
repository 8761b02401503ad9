import { joinSignals } from '../domain/join-signals.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Hosts, HostState } from '../ports/hosts.ts';
import type { Aside, ShareState } from './share-state.ts';

export type AnnounceHostParts = {
  readonly hosts: Hosts;
  /** Of the sessions that this process holds. */
  readonly holder: Pick<Holder, 'heldStatuses'>;
  /** Where the other hosts reach this process; null: they cannot. */
  readonly url: string | null;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Aborted when this process takes no more sessions. */
  readonly signal: AbortSignal;
  readonly state: Pick<ShareState, 'announced' | 'aside' | 'takesShare'>;
  /** Called when another host is to have its share, and when none is any more. */
  readonly onAside: (now: Aside | undefined, before: Aside | undefined) => void;
};

/** How soon a change is told. */
const lookEveryMs = 1_000;
/** A database that is away must not keep a service from stopping in time. */
const leaveWithinMs = 1_000;

/**
 * Tells the other hosts of this process, again and again until `end`, after which it is not among them. Resolves when they were told
 * for the first time, or could not be.
 */
export async function announceHost(
  parts: AnnounceHostParts,
): Promise<{ drain(): Promise<void>; end(): Promise<void> }> {
  const { hosts, holder, url, clock, signal, state: share, onAside } = parts;
  const ended = new AbortController();
  let told: HostState | undefined;
  let toldBeforeMs = 0;
  let toldAside: Aside | undefined;
  const tell = async (): Promise<void> => {
    const { size: sessions } = await holder.heldStatuses();
    const { aside, takesShare } = share;
    if (aside !== toldAside) onAside(aside, toldAside);
    toldAside = aside;
    const state = { url, sessions, isDraining: signal.aborted || !takesShare };
    if (told && isSame(told, state) && toldBeforeMs < hosts.everyMs) return;
    await hosts.announce(state);
    share.announced(toldBeforeMs / hosts.everyMs);
    [told, toldBeforeMs] = [state, 0];
  };
  const telling = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const woken = signal.aborted ? joinSignals(ended.signal) : joinSignals(ended.signal, signal);
      await clock.sleep(lookEveryMs, woken.signal).catch(ignore);
      woken.end();
      toldBeforeMs += lookEveryMs;
      // One that fails is told the next time.
      if (!ended.signal.aborted) await tell().catch(ignore);
    }
  };
  await tell().catch(ignore);
  const over = telling();
  return {
    /** Once it resolves, the others know that the signal was aborted. Throws when they could not be told. */
    drain: () => tell(),
    async end() {
      ended.abort();
      const left = over.then(() => hosts.leave()).catch(ignore);
      const soon = new AbortController();
      await Promise.race([left, clock.sleep(leaveWithinMs, soon.signal).catch(ignore)]);
      soon.abort();
    },
  };
}

const isSame = (one: HostState, other: HostState): boolean =>
  one.sessions === other.sessions && one.isDraining === other.isDraining;

const ignore = (): void => undefined;
