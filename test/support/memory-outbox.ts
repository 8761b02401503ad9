import type { Box } from '../../src/domain/box.ts';
import { SessionNotFoundError } from '../../src/errors.ts';
import { contentKeptMs, finishedLimits, pendingLimit } from '../../src/domain/delivery.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { EventSink } from '../../src/ports/store.ts';
import {
  isDue,
  isTurnedOff,
  patienceOf,
  receiverAfter,
  receiverAt,
  untriedReceiver,
  workingReceiver,
} from '../../src/domain/receiver.ts';
import type { Delivery, OutboxEvent, Receiver } from '../../src/domain/delivery.ts';
import type { WaitingEvent } from '../../src/domain/whole-session.ts';

type Kept = { event: OutboxEvent; delivery: Delivery; failedBeforeMs: number; finishedAt: Date | null };
type Content = { kept: Kept[]; receiver: Receiver };

export type MemoryOutboxParts = {
  readonly now: () => Date;
  readonly hasSession: (id: string) => boolean;
  /** Does the work at once, and answers later with a copy. */
  readonly answer: <T>(work: () => T) => Promise<T>;
};

/** An Outbox in memory, as faithful as the contract suite can tell; call `forget` when a session is removed. */
export function memoryOutbox({ now, hasSession, answer }: MemoryOutboxParts): {
  readonly outbox: Outbox;
  readonly append: EventSink['append'];
  readonly forget: (sessionId: string) => void;
  /** At once. */
  readonly waiting: (sessionId: string) => WaitingEvent[];
} {
  const sessions = new Map<string, Map<string, Content>>();
  const boxOf = ({ sessionId, receiver }: Box): Content => {
    const box = sessions.get(sessionId)?.get(receiver) ?? { kept: [], receiver: untriedReceiver };
    if (hasSession(sessionId))
      sessions.set(sessionId, (sessions.get(sessionId) ?? new Map<string, Content>()).set(receiver, box));
    return box;
  };
  const pendingBoxes = (): [Box, Content][] =>
    [...sessions]
      .flatMap(([sessionId, boxes]) =>
        [...boxes].map(([receiver, box]): [Box, Content] => [{ sessionId, receiver }, box]),
      )
      .filter(([, box]) => pendingOf(box).length > 0)
      .sort(([a], [b]) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const isKept = (finishedAt: Date | null): boolean =>
    finishedAt !== null && now().getTime() - finishedAt.getTime() < contentKeptMs;
  const isPending = ({ delivery }: Kept): boolean => delivery.state === 'pending';
  const pendingOf = (box: Content): Kept[] => box.kept.filter(isPending);
  const trim = (box: Content): void => {
    for (const state of ['delivered', 'failed', 'expired'] as const) {
      const old = box.kept
        .filter(({ delivery }) => delivery.state === state)
        .slice(0, -finishedLimits[state]);
      box.kept = box.kept.filter((kept) => !old.includes(kept));
    }
  };
  const change = (box: Content, which: (kept: Kept) => boolean, changes: Partial<Delivery>): void => {
    for (const kept of pendingOf(box).filter(which)) {
      kept.delivery = { ...kept.delivery, ...changes };
      if (changes.state) kept.finishedAt = now();
    }
    trim(box);
  };

  const append: EventSink['append'] = (at, url, events) =>
    answer(() => {
      if (!hasSession(at.sessionId)) throw new SessionNotFoundError(at.sessionId);
      const box = boxOf(at);
      if (isTurnedOff(box.receiver, url)) return 0;
      for (const event of structuredClone(events)) {
        const { id, type, createdAt } = event;
        if (box.kept.some(({ delivery }) => delivery.id === id)) continue;
        const fresh = { state: 'pending', attempts: 0, lastAttemptAt: null, lastError: null } as const;
        const { failedMs: failedBeforeMs } = receiverAt(box.receiver, url);
        box.kept.push({
          event,
          delivery: { id, type, createdAt, ...fresh },
          failedBeforeMs,
          finishedAt: null,
        });
      }
      const dropped = pendingOf(box).slice(0, Math.max(0, pendingOf(box).length - pendingLimit));
      box.kept = box.kept.filter((kept) => !dropped.includes(kept));
      box.receiver = { ...box.receiver, dropped: box.receiver.dropped + dropped.length };
      return dropped.length;
    });

  const outbox: Outbox = {
    next: (at) =>
      answer(() => {
        const box = boxOf(at);
        const isExpired = ({ event }: Kept) => event.expiresAt !== null && event.expiresAt <= now();
        change(box, isExpired, { state: 'expired' });
        const [kept, ...others] = pendingOf(box);
        if (!kept) return undefined;
        const expiries = [kept, ...others].flatMap(({ event }) => event.expiresAt ?? []);
        const [firstExpiryAt = null] = expiries.sort((a, b) => a.getTime() - b.getTime());
        return { ...kept.event, attempts: kept.delivery.attempts, firstExpiryAt };
      }),
    due: () => answer(() => pendingBoxes().flatMap(([at, box]) => (isDue(box.receiver, now()) ? [at] : []))),
    receivers: (sessionId) =>
      answer(() => pendingBoxes().flatMap(([at]) => (at.sessionId === sessionId ? [at.receiver] : []))),
    waiting: () =>
      answer(() => {
        const counts = new Map<string, number>();
        for (const [{ sessionId }, box] of pendingBoxes())
          counts.set(sessionId, (counts.get(sessionId) ?? 0) + pendingOf(box).length);
        return counts;
      }),
    receiver: (at) => answer(() => boxOf(at).receiver),
    record: (at, id, outcome) =>
      answer(() => {
        const box = boxOf(at);
        box.receiver = receiverAfter(box.receiver, outcome, now());
        const isIt = ({ event }: Kept) => event.id === id;
        const attempts = (box.kept.find(isIt)?.delivery.attempts ?? 0) + 1;
        const lastError = outcome.kind === 'delivered' ? null : outcome.error;
        change(box, isIt, { attempts, lastAttemptAt: now(), lastError });
        const failed = { state: 'failed', lastError } as const;
        if (outcome.kind === 'delivered') change(box, isIt, { state: 'delivered' });
        if (outcome.kind === 'refused') change(box, isIt, failed);
        if (outcome.kind === 'gone') change(box, () => true, failed);
        const spentMs = box.receiver.failedMs - patienceOf(box.receiver);
        if (outcome.kind === 'retry') change(box, ({ failedBeforeMs }) => failedBeforeMs <= spentMs, failed);
      }),
    turnOn: (at, url) =>
      answer(() => {
        const box = boxOf(at);
        box.receiver = workingReceiver(box.receiver, url);
      }),
    retryNow: (at) =>
      answer(() => {
        const box = boxOf(at);
        box.receiver = { ...box.receiver, nextAttemptAt: null };
      }),
    replay: (at, { since, eventId, onlyFailed = false }) =>
      answer(() => {
        const box = boxOf(at);
        const states: readonly string[] = onlyFailed ? ['failed'] : ['delivered', 'failed'];
        const found = box.kept
          .filter(({ delivery }) => states.includes(delivery.state))
          .filter(({ event, finishedAt }) => event.expiresAt === null && isKept(finishedAt))
          .filter(({ event }) => !since || event.createdAt >= since)
          .filter(({ event }) => eventId === undefined || event.id === eventId)
          .slice(0, Math.max(0, pendingLimit - pendingOf(box).length));
        for (const kept of found) {
          kept.delivery = { ...kept.delivery, state: 'pending' };
          Object.assign(kept, { finishedAt: null, failedBeforeMs: box.receiver.failedMs });
        }
        if (found.length > 0) box.receiver = { ...box.receiver, nextAttemptAt: null };
        return found.length;
      }),
    forget: () => answer(() => undefined),
    list: (at, limit) =>
      answer(() => {
        const { kept, receiver } = boxOf(at);
        const pending = kept.filter(isPending);
        const finished = kept.filter((one) => !isPending(one));
        const shown = [...finished.slice(-limit), ...pending.slice(0, limit)];
        return { deliveries: shown.map(({ delivery }) => delivery), pending: pending.length, receiver };
      }),
    clear: (at) =>
      answer(() => {
        const box = boxOf(at);
        box.kept = box.kept.filter((kept) => !isPending(kept));
      }),
    remove: ({ sessionId, receiver }) => answer(() => void sessions.get(sessionId)?.delete(receiver)),
  };
  const waiting = (sessionId: string): WaitingEvent[] =>
    pendingBoxes()
      .filter(([at]) => at.sessionId === sessionId)
      .flatMap(([{ receiver }, box]) => pendingOf(box).map(({ event }) => ({ receiver, ...event })))
      .filter(({ expiresAt }) => expiresAt === null);
  return { outbox, append, forget: (sessionId) => void sessions.delete(sessionId), waiting };
}

const nameOf = ({ sessionId, receiver }: Box): string => `${sessionId}\n${receiver}`;
