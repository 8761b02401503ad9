import { ruleOf } from '../domain/close-table.ts';
import type { Close } from '../domain/close.ts';
import type { Holder } from '../ports/holder.ts';
import type { Hosts } from '../ports/hosts.ts';
import type { Log } from '../ports/log.ts';
import { announceHost } from './announce-host.ts';
import { superviseOnline } from './online-supervisor.ts';
import type { OnlineSupervisorParts } from './online-supervisor.ts';
import { blindAfter } from './share-state.ts';
import type { Aside, Move, ShareState } from './share-state.ts';

export type ShareSessionsParts = Omit<OnlineSupervisorParts, 'hosts' | 'own' | 'onMove'> & {
  /** Those that share the store; undefined where it is this machine's alone. */
  readonly hosts?: Hosts | undefined;
  readonly own: OnlineSupervisorParts['own'] & { readonly holder: Pick<Holder, 'heldStatuses'> };
  /** Where the other hosts reach this process; null: they cannot. */
  readonly url: string | null;
  /** Takes what is to be done after the signal, before the sessions end. */
  readonly beforeEnd: (work: () => Promise<void>) => void;
  readonly log: Pick<Log, 'line'>;
  readonly state: ShareState;
};

/** Of the ten seconds in which a service must stop. A database that is away must not take all of them. */
const drainWithinMs = 1_500;

/**
 * Keeps online what of the sessions is this process's to keep. At the signal the other hosts are told that it takes no more; then they
 * get its sessions. `watching` resolves after the signal; call `end` when no session is left.
 */
export async function shareSessions(
  parts: ShareSessionsParts,
): Promise<{ readonly watching: Promise<void>; readonly end: () => Promise<void> }> {
  const { hosts, own, url, clock, signal, log, warn, state } = parts;
  if (!hosts) return { watching: superviseOnline({ ...parts, onMove: () => undefined }), end: nothing };
  const announced = await announceHost({
    hosts,
    holder: own.holder,
    url,
    clock,
    signal,
    state,
    onAside(now, before) {
      if (now === 'blind') warn(`sessions were not looked up for ${termOf(hosts)}: ${othersTake}`);
      else if (now === 'cut_off') warn(cutOffWords(state.lastFailure));
      else log.line('info', backWords[before ?? 'blind']);
    },
  });
  const drain = async (): Promise<void> => {
    await announced.drain();
    const serves = await hosts.hosts();
    if (!serves.some(({ isThis, isAlive, isDraining }) => !isThis && isAlive && !isDraining)) return;
    state.note('handed_over', own.ids.length);
    for (const id of own.ids) void own.get(id)?.handOver();
  };
  parts.beforeEnd(async () => {
    const enough = new AbortController();
    await Promise.race([drain(), clock.sleep(drainWithinMs, enough.signal)]).catch(() => undefined);
    enough.abort();
  });
  const onMove = (id: string, how: Move): void => {
    state.note(how);
    const whyNot = state.isCutOff ? 'let go of: it cannot log in here' : 'let go of: another host has fewer';
    log.line('info', how === 'taken' ? 'no host holds it: taking it' : whyNot, { session: id });
  };
  return { watching: superviseOnline({ ...parts, onMove }), end: () => announced.end() };
}

const othersTake = 'the other hosts take what would be the share of this one';
const backWords: Readonly<Record<Aside, string>> = {
  blind: 'sessions are looked up again: this host takes its share',
  cut_off: 'a session has logged in here, or no other host is left: this host takes its share',
};
const cutOffWords = (close: Close | undefined): string =>
  `no session can log in from this machine${close ? ` (${ruleOf(close).meaning})` : ''}, and some can from others, which take ` +
  'those of this one; look for the reason here with: wactl doctor';
const termOf = ({ everyMs }: Pick<Hosts, 'everyMs'>): string => `${String((blindAfter * everyMs) / 1_000)} s`;
const nothing = (): Promise<void> => Promise.resolve();
