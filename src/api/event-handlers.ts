import type { DocumentOf } from '../schema/document-schemas.ts';
import type { Access } from '../domain/token.ts';
import { eventLine } from '../schema/event-line.ts';
import type { FeedEvent } from '../ports/feed.ts';
import type { Handler } from './api-request.ts';
import { shownTo, toldTo, visibleId } from './access.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import type { ApiParts } from './parts.ts';
import { sessionAt } from '../app/find-session.ts';
import { eventsOfHeld } from '../domain/held.ts';

/** The events of sessions, as they happen. */
export function eventHandlers(parts: ApiParts) {
  const { records, holder, signal, feed, pid } = parts;

  /** First the current state, then each event: of one session, or of all that are held here. */
  const streamEvents: Handler = async ({ query, access, gone, mayGoOn }) => {
    const asked = query.text('session');
    const only = asked === undefined ? (access.sessionId ?? undefined) : visibleId(access, asked);
    // Asked before the answer begins, so that a failure can still be one.
    const held = only === undefined ? null : await holder.held(await sessionAt(records, only), { signal });
    const stream = openEventStream(parts.clock, [signal, gone], mayGoOn);
    const send = sender(parts, access, stream);
    if (held && held.pid !== pid) return followElsewhere(parts, held.id, stream, send);
    const early: [id: string, event: FeedEvent][] = [];
    let tell = (id: string, event: FeedEvent): void => void early.push([id, event]);
    const unfollow = feed((id, event) => {
      if (only === undefined || id === only) tell(id, event);
    });
    stream.closed.addEventListener('abort', unfollow, { once: true });
    void (async () => {
      const ids = only === undefined ? [...(await holder.heldStatuses()).keys()] : [only];
      for (const id of ids) for (const event of await snapshot(parts, access, id)) void send(id, event);
      for (const [id, event] of early) void send(id, event);
      tell = (id, event) => void send(id, event);
    })().catch(() => stream.end());
    return stream.response;
  };

  return { streamEvents };
}

/** The events of a session that another process holds, until that process lets it go. */
function followElsewhere(parts: ApiParts, id: string, stream: EventStream, send: Send): Response {
  parts.holder
    .follow({ id }, { signal: stream.closed }, (event) => void send(id, event))
    .then(() => send(id, { kind: 'released' }))
    .finally(() => stream.end())
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

type Send = (id: string, event: FeedEvent) => Promise<void>;

/** Sends events in the order in which they came, although a QR has to be drawn first. */
function sender(parts: ApiParts, access: Access, stream: EventStream): Send {
  let sent = Promise.resolve();
  return (id, given) => {
    const event = given.kind === 'released' ? given : toldTo(access, given);
    sent = sent.then(async () => stream.send(await lineOf(parts, id, event))).catch(() => stream.end());
    return sent;
  };
}

async function lineOf(
  { clock, qrDataUrl }: ApiParts,
  id: string,
  event: FeedEvent,
): Promise<DocumentOf<'Event'>> {
  if (event.kind === 'released') return { event: 'released', id };
  const drawn = event.kind === 'qr' ? await qrDataUrl?.(event.payload) : undefined;
  return eventLine(id, event, clock.now(), drawn);
}
