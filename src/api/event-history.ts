import { randomBytes } from 'node:crypto';
import type { Feed, FeedEvent } from '../ports/feed.ts';

/** An event with an id that is the same on all streams of this process. */
export type KeptEvent = {
  readonly eventId: string;
  readonly sessionId: string;
  readonly event: FeedEvent;
};

export type EventHistory = {
  /** The id of the latest event; a made-up one before the first. */
  readonly latest: () => string;
  /** The events after the one with that id; undefined when it, or one after it, is not kept. */
  readonly since: (eventId: string) => readonly KeptEvent[] | undefined;
  /** Reports every event from now on. Call the result to stop. */
  readonly follow: (listener: (kept: KeptEvent) => void) => () => void;
};

const mostEvents = 10_000;
const mostTextLength = 4_000_000;

/**
 * Keeps the latest events of the sessions that this process holds, for readers that come back. An id is "RUN-NUMBER": the
 * run is of this process, so an id of another one is recognised as such. `endBefore`: the last id of the process before, after
 * which nothing happened until this one began.
 */
export function keepHistory(feed: Feed, endBefore?: string): EventHistory {
  const run = randomBytes(6).toString('hex');
  const kept = new Map<number, KeptEvent>();
  const listeners = new Set<(kept: KeptEvent) => void>();
  let last = 0;
  let first = 1;
  let textLength = 0;

  const idOf = (number: number): string => `${run}-${String(number)}`;
  const numberIn = (eventId: string): number | undefined => {
    if (eventId === endBefore) return 0;
    const [, ofRun, number] = /^([0-9a-f]+)-(\d{1,15})$/.exec(eventId) ?? [];
    return ofRun === run ? Number(number) : undefined;
  };
  feed((sessionId, event) => {
    const one = { eventId: idOf(++last), sessionId, event };
    kept.set(last, one);
    textLength += textLengthOf(event);
    while (kept.size > mostEvents || textLength > mostTextLength) {
      const oldest = kept.get(first);
      if (oldest) textLength -= textLengthOf(oldest.event);
      kept.delete(first++);
    }
    for (const listener of [...listeners]) listener(one);
  });

  return {
    latest: () => idOf(last),
    since(eventId) {
      const after = numberIn(eventId);
      if (after === undefined || after < first - 1 || after > last) return undefined;
      const numbers = Array.from({ length: last - after }, (_, at) => after + 1 + at);
      return numbers.flatMap((number) => kept.get(number) ?? []);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Senders decide how long a message is. */
const textLengthOf = (event: FeedEvent): number =>
  event.kind === 'message' ? (event.message.text?.length ?? 0) + (event.message.pushName?.length ?? 0) : 0;
