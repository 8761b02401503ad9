import type { DocumentOf } from '../schema/document-schemas.ts';
import { eventLine } from '../schema/event-line.ts';
import type { FeedEvent } from '../ports/feed.ts';
import type { Handler } from './api-request.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import type { ApiParts } from './parts.ts';
import { sessionAt } from '../app/find-session.ts';
import { eventsOfHeld } from '../domain/held.ts';

/** The events of sessions, as they happen. */
export function eventHandlers(parts: ApiParts) {
  const { records, holder, signal, feed, pid } = parts;

  /** First the current state, then each event: of one session, or of all that are held here. */
  const streamEvents: Handler = async ({ query, gone }) => {
    const only = query.text('session');
    // Asked before the answer begins, so that a failure can still be one.
    const held = only === undefined ? null : await holder.held(await sessionAt(records, only), { signal });
    const stream = openEventStream(parts.clock, [signal, gone]);
    if (held && held.pid !== pid) return followElsewhere(parts, held.id, stream);
    const early: [id: string, event: FeedEvent][] = [];
    let tell = (id: string, event: FeedEvent): void => void early.push([id, event]);
    const unfollow = feed((id, event) => {
      if (only === undefined || id === only) tell(id, event);
    });
    stream.closed.addEventListener('abort', unfollow, { once: true });
    void (async () => {
      const ids = only === undefined ? [...(await holder.heldStatuses()).keys()] : [only];
      const inTurn = queue(parts, stream);
      for (const id of ids) for (const event of await snapshot(parts, id)) void inTurn(id, event);
      for (const [id, event] of early) void inTurn(id, event);
      tell = (id, event) => void inTurn(id, event);
    })().catch(() => stream.end());
    return stream.response;
  };

  return { streamEvents };
}

/** The events of a session that another process holds, until that process lets it go. */
function followElsewhere(parts: ApiParts, id: string, stream: EventStream): Response {
  const inTurn = queue(parts, stream);
  parts.holder
    .follow({ id }, { signal: stream.closed }, (event) => void inTurn(id, event))
    .then(() => inTurn(id, { kind: 'released' }))
    .finally(() => stream.end())
    .catch(() => undefined);
  return stream.response;
}

async function snapshot({ holder, clock, signal }: ApiParts, id: string): Promise<FeedEvent[]> {
  const held = await holder.held({ id }, { signal });
  return held ? eventsOfHeld(held, clock.now()) : [{ kind: 'released' }];
}

/** Sends events in the order in which they came, although a QR has to be drawn first. */
function queue(parts: ApiParts, stream: EventStream): (id: string, event: FeedEvent) => Promise<void> {
  let sent = Promise.resolve();
  return (id, event) => {
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
