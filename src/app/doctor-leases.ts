import { counted, failed, fixRemedy, namedFew, ok, warning } from '../domain/finding.ts';
import type { Check } from '../ports/doctor.ts';
import type { Lease, Leases } from '../ports/leases.ts';

export type LeaseParts = {
  /** Calls `work` with the leases; undefined when there is no database yet. */
  readonly withLeases: <T>(work: (leases: Leases) => Promise<T>) => Promise<T | undefined>;
  /** False when no process listens there. */
  readonly isThere: (socketPath: string) => Promise<boolean>;
  /** Whether the process that listens there answers. */
  readonly isAnswering: (socketPath: string) => Promise<boolean>;
  /** Whether a process was stopped (Ctrl-Z, SIGSTOP), where the system tells. */
  readonly isStopped: (pid: number) => boolean;
};

/** A process that holds sessions, as the database says. */
type HolderOf = { readonly pid: number; readonly ids: readonly string[] };

/** `holders`: the processes that hold sessions, and leases of processes that have ended. */
export const holdersCheck = (parts: LeaseParts): Check => ({
  name: 'holders',
  needs: ['database'],
  timeoutMs: 4_000,
  async examine() {
    const leases = (await parts.withLeases((all) => all.leases())) ?? [];
    const bySocket = grouped(leases);
    const dead: string[] = [];
    const silent: HolderOf[] = [];
    let answering = 0;
    await Promise.all(
      [...bySocket].map(async ([socketPath, own]) => {
        const ids = own.map(({ sessionId }) => sessionId);
        const isThere = (): Promise<boolean> => parts.isThere(socketPath);
        if ((await isThere()) && (await parts.isAnswering(socketPath))) answering += 1;
        // Asked again: it may have ended just now.
        else if (!(await isThere())) dead.push(...ids);
        else silent.push({ pid: own[0]?.pid ?? 0, ids });
      }),
    );
    const left =
      dead.length === 0
        ? []
        : [`${counted(dead.length, 'lease')} of ended processes: ${namedFew(dead.sort())}`];
    const [worst] = silent.sort((a, b) => a.pid - b.pid);
    if (worst) {
      const words = silent.map((holder) => silentWords(holder, parts.isStopped(holder.pid)));
      return failed(
        'in_use',
        [...words, ...left].join('; '),
        silentRemedy(worst, parts.isStopped(worst.pid)),
      );
    }
    if (left.length > 0) return warning(left.join(), fixRemedy);
    if (answering === 0) return ok('no process holds a session');
    const held = counted(leases.length, 'session');
    return ok(
      `${held} held by ${answering === 1 ? '1 process, which answers' : `${String(answering)} processes, which answer`}`,
    );
  },
  async mend() {
    const released = await parts.withLeases(async (leases) => {
      const ids: string[] = [];
      for (const { leaseId, sessionId, socketPath } of await leases.leases()) {
        if (await parts.isThere(socketPath)) continue;
        // By its own id: a lease that has replaced it meanwhile stays.
        await leases.release(leaseId);
        ids.push(sessionId);
      }
      return ids;
    });
    return (released ?? []).map((id) => `removed the lease of an ended process on ${id}`);
  },
});

function grouped(leases: readonly Lease[]): ReadonlyMap<string, readonly Lease[]> {
  const groups = new Map<string, readonly Lease[]>();
  for (const lease of leases) groups.set(lease.socketPath, [...(groups.get(lease.socketPath) ?? []), lease]);
  return groups;
}

const silentWords = ({ pid, ids }: HolderOf, isStopped: boolean): string =>
  `process ${String(pid)} holds ${namedFew(ids)} and ${isStopped ? 'is stopped (Ctrl-Z)' : 'does not answer'}`;

const silentRemedy = ({ pid }: HolderOf, isStopped: boolean): string =>
  isStopped
    ? `let it go on with: fg, or: kill -CONT ${String(pid)}; or end it with: kill -9 ${String(pid)}`
    : `try again later, or end it with: kill -9 ${String(pid)}`;
