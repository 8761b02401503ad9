import type { DocumentOf } from '../schema/document-schemas.ts';
import type { Access } from '../domain/token.ts';
import { eventLine } from '../schema/event-line.ts';
import type { FeedEvent } from '../ports/feed.ts';
import type { FollowedEvent } from '../ports/holder.ts';
import type { Handler } from './api-request.ts';
import { shownTo, toldTo, visibleId } from './access.ts';
import { keepHistory } from './event-history.ts';
import type { EventHistory, KeptEvent } from './event-history.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import type { ApiParts } from './parts.ts';
import { sessionAt } from '../app/find-session.ts';
import { eventsOfHeld } from '../domain/held.ts';

/** The events of sessions, as they happen. */
export function eventHandlers(parts: ApiParts) {
  const { records, holder, signal, feed, pid, lastTold = signal } = parts;
  // What happens before the first reader concerns none.
  let kept: EventHistory | undefined;
  const historyHere = parts.history ?? (() => (kept ??= keepHistory(feed)));

  /**
   * First the current state, then each event: of one session, or of all that are held here. A reader that comes back gets
   * what it has missed instead of the state, or is told that something is missing.
   */
  const streamEvents: Handler = async ({ query, access, gone, mayGoOn, lastEventId }) => {
    const asked = query.text('session');
    const only = asked === undefined ? (access.sessionId ?? undefined) : visibleId(access, asked);
    // Asked before the answer begins, so that a failure can still be one.
    const held = only === undefined ? null : await holder.held(await sessionAt(records, only), { signal });
    const isElsewhere = held !== null && (held.pid !== pid || held.host !== undefined);
    const stream = openEventStream(parts.clock, isElsewhere ? [signal, gone] : [gone], mayGoOn);
    const sending = sender(parts, access, stream);
    if (isElsewhere) return followElsewhere(parts, held.id, stream, sending, lastEventId ?? undefined);
    const { send, afterAll } = sending;
    const history = historyHere();
    const missed = lastEventId === null ? undefined : history.since(lastEventId);
    const asOf = history.latest();
    const isWanted = ({ sessionId }: KeptEvent): boolean => only === undefined || sessionId === only;
    const early: KeptEvent[] = [];
    let tell = (one: KeptEvent): void => void early.push(one);
    const tellNow = ({ sessionId, event, eventId }: KeptEvent): void => void send(sessionId, event, eventId);
    const unfollow = history.follow((one) => {
      if (isWanted(one)) tell(one);
    });
    const finish = (): void => {
      afterAll(() => {
        if (tell === tellNow) stream.mark(history.latest());
        stream.end();
      });
    };
    lastTold.addEventListener('abort', finish, { once: true });
    const leave = (): void => {
      unfollow();
      lastTold.removeEventListener('abort', finish);
    };
    stream.closed.addEventListener('abort', leave, { once: true });
    void (async () => {
      if (missed) {
        for (const one of missed.filter(isWanted)) tellNow(one);
      } else {
        if (lastEventId !== null) stream.send({ event: 'gap', after: lastEventId }, asOf);
        const ids = only === undefined ? [...(await holder.heldStatuses()).keys()] : [only];
        for (const id of ids)
          for (const event of await snapshot(parts, access, id)) void send(id, event, asOf);
      }
      for (const one of early) tellNow(one);
      tell = tellNow;
    })().catch(() => stream.end());
    return stream.response;
  };

  return { streamEvents };
}

/**
 * The events of a session that another process holds, until that process lets it go. Their ids are of that process, which also
 * knows what a reader that comes back has missed.
 */
function followElsewhere(
  { holder }: ApiParts,
  id: string,
  stream: EventStream,
  { send, afterAll }: Sender,
  lastEventId: string | undefined,
): Response {
  const options = { signal: stream.closed, lastEventId };
  holder
    .follow({ id }, options, (event, eventId) => void send(id, event, eventId))
    .finally(() => afterAll(() => stream.end()))
    .catch(() => undefined);
  return stream.response;
}

async function snapshot(
  { holder, clock, signal }: ApiParts,
  access: Access,
  id: string,
): Promise<FeedEvent[]> {
  const held = await holder.held({ id }, { signal });
  return held ? eventsOfHeld(shownTo(access, held), clock.now()) : [{ kind: 'released' }];
}

type Sender = {
  readonly send: (id: string, event: FollowedEvent, eventId?: string) => Promise<void>;
  /** Does this when all that was to be sent is. */
  readonly afterAll: (work: () => void) => void;
};

/** Sends events in the order in which they came, although a QR has to be drawn first. */
function sender(parts: ApiParts, access: Access, stream: EventStream): Sender {
  let sent = Promise.resolve();
  return {
    send: (id, given, eventId) => {
      const event = given.kind === 'released' || given.kind === 'gap' ? given : toldTo(access, given);
      sent = sent
        .then(async () => stream.send(await lineOf(parts, id, event), eventId))
        .catch(() => stream.end());
      return sent;
    },
    afterAll: (work) => void (sent = sent.then(work)),
  };
}

async function lineOf(
  { clock, qrDataUrl }: ApiParts,
  id: string,
  event: FollowedEvent,
): Promise<DocumentOf<'Event'>> {
  if (event.kind === 'released') return { event: 'released', id };
  if (event.kind === 'gap') return { event: 'gap', after: event.after };
  const drawn = event.kind === 'qr' ? await qrDataUrl?.(event.payload) : undefined;
  return eventLine(id, event, clock.now(), drawn);
}
