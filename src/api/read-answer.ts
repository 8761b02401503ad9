import { nothingOnShow } from '../domain/held.ts';
import type { Held } from '../domain/held.ts';
import type { Session } from '../domain/session.ts';
import type { SessionPage } from '../ports/store.ts';
import type { SessionView } from '../ports/wactl.ts';
import { engineOf } from '../schema/engine-schema.ts';
import { sessionListSchema, sessionOf, sessionSchema } from '../schema/session-schema.ts';
import { wholeSessionOf, wholeSessionSchema } from '../schema/whole-session-schema.ts';
import { readAs } from './read-as.ts';

/** A session, as far as its record in a list tells: see `sessionOf`. */
export const readSession = (answer: unknown): Session => sessionOf(readAs(sessionSchema, answer));

/** A page of sessions. */
export function readPage(answer: unknown): SessionPage {
  const { sessions, total } = readAs(sessionListSchema, answer);
  return { sessions: sessions.map(sessionOf), total };
}

/** A whole record, with what it tells of the process that holds the session: see `wholeSessionOf`. */
export function readView(answer: unknown): SessionView {
  const record = readAs(wholeSessionSchema, answer);
  const session = wholeSessionOf(record);
  const { holder, last_message_at: lastMessageAt, last_heard_at: lastHeardAt } = record;
  const held: Held | null = holder && {
    ...holder,
    id: session.id,
    status: session.status,
    close: session.lastClose,
    retryAt: null,
    ...nothingOnShow,
    qr: record.qr && {
      payload: record.qr.qr,
      seq: record.qr.seq,
      rescan: record.qr.rescan,
      expiresAt: record.qr.expires_at,
    },
    ...(lastMessageAt && { lastMessageAt }),
    ...(lastHeardAt && { lastHeardAt }),
  };
  return { session, held, engine: engineOf(record.engine), unanswered: null };
}
