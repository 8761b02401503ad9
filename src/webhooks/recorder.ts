import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLostError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventSink, SessionStore } from '../ports/store.ts';
import type { Box } from '../domain/box.ts';
import { receiversOf } from '../domain/receivers.ts';
import type { NamedWebhook, Session, Webhook } from '../domain/session.ts';
import { webhookBody, webhookMessageOf } from '../schema/webhook-event.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { OutboxEvent } from '../domain/delivery.ts';
import type { Turns } from '../domain/turns.ts';

export type RecorderParts = {
  readonly sessions: Pick<SessionStore, 'get'>;
  /** The webhook that every session has besides its own. */
  readonly globalWebhook: () => Webhook | null;
  readonly clock: Clock;
  readonly turns: Turns;
  /** The QR as a PNG data URL; events go without it when left out. */
  readonly qrDataUrl?: ((payload: string) => Promise<string>) | undefined;
  /** Called when events were appended. */
  readonly onAppended: (box: Box) => void;
  /** Called when the box was full and that many of its oldest events were dropped. */
  readonly onDropped: (box: Box, count: number) => void;
  /** Called when events could not be stored and are lost. */
  readonly onError: (sessionId: string, error: unknown) => void;
};

/** Records the events of sessions for their webhooks. */
export type Recorder = {
  /**
   * Returns at once. Events that come together are written together. `wasUp`: whether the session was up before this
   * event. `held`: where they are stored, under the lease on the session.
   */
  note(sessionId: string, event: HolderEvent, wasUp: boolean, held: EventSink): void;
  /** Resolves when the events noted so far are stored. Rejects when a message among them could not be. */
  recorded(sessionId: string): Promise<void>;
  /** Resolves when every noted event is stored. */
  release(sessionId: string): Promise<void>;
};

type Noted = { readonly event: HolderEvent; readonly at: Date; readonly wasUp: boolean };
type Line = { noted: Noted[]; written: Promise<void>; isWriting: boolean; lastWrittenAt: number };

/** Messages that come close together are written together. */
const gatherMs = 10;
/** So many are one piece of work. */
const storedTogether = 16;

export function startRecorder(parts: RecorderParts): Recorder {
  const { sessions, clock, turns } = parts;
  const lines = new Map<string, Line>();

  async function append(
    sessionId: string,
    { name: receiver, url, events: wanted }: NamedWebhook,
    events: readonly OutboxEvent[],
    held: EventSink,
  ): Promise<void> {
    const own = events.filter(({ type }) => wanted.includes(type));
    if (own.length === 0) return;
    const box = { sessionId, receiver };
    const dropped = await held.append(box, url, own);
    if (dropped > 0) parts.onDropped(box, dropped);
    parts.onAppended(box);
  }

  async function write(sessionId: string, noted: readonly Noted[], held: EventSink): Promise<void> {
    const session = await sessions.get(sessionId);
    const receivers = session ? receiversOf(session, parts.globalWebhook()) : [];
    if (!session || receivers.length === 0) return;
    const drawn = await drawnQrs(receivers, noted, parts.qrDataUrl);
    let failed: PromiseRejectedResult | undefined;
    for (let at = 0; at < noted.length; at += storedTogether) {
      await turns.next();
      const some = noted.slice(at, at + storedTogether);
      const events = some.flatMap((one) => outboxEventOf(session, one, drawn.get(one)) ?? []);
      const written = await Promise.allSettled(receivers.map((one) => append(sessionId, one, events, held)));
      failed ??= written.find((one) => one.status === 'rejected');
    }
    if (failed) throw failed.reason;
  }

  /** Writes what is noted, in turn. Rejects when a message is lost, of those before too. */
  async function drain(sessionId: string, line: Line, held: EventSink): Promise<void> {
    let failure = await line.written.then(() => undefined, asFailure);
    const isFlood = line.noted.every(isMessage) && performance.now() - line.lastWrittenAt < gatherMs;
    if (isFlood) await sleep(gatherMs);
    const { noted } = line;
    line.noted = [];
    line.isWriting = false;
    try {
      await write(sessionId, noted, held);
    } catch (error) {
      // Its holder says so.
      if (!(error instanceof LeaseLostError)) parts.onError(sessionId, error);
      if (noted.some(isMessage)) failure ??= { error };
    } finally {
      line.lastWrittenAt = performance.now();
    }
    if (failure) throw failure.error;
  }

  return {
    note(sessionId, event, wasUp, held) {
      const line = lines.get(sessionId) ?? newLine();
      lines.set(sessionId, line);
      line.noted.push({ event, at: clock.now(), wasUp });
      if (line.isWriting) return;
      line.isWriting = true;
      line.written = drain(sessionId, line, held);
      line.written.catch(() => undefined);
    },
    recorded: async (sessionId) => lines.get(sessionId)?.written,
    async release(sessionId) {
      await lines.get(sessionId)?.written.catch(() => undefined);
      lines.delete(sessionId);
    },
  };
}

/** The QRs among these events as PNG data URLs, if a receiver wants them. */
async function drawnQrs(
  receivers: readonly NamedWebhook[],
  noted: readonly Noted[],
  draw: RecorderParts['qrDataUrl'],
): Promise<ReadonlyMap<Noted, string>> {
  const drawn = new Map<Noted, string>();
  if (!draw || !receivers.some(({ events }) => events.includes('session.qr'))) return drawn;
  for (const one of noted) {
    if (one.event.kind !== 'qr') continue;
    // An event without its picture is better than none.
    const url = await draw(one.event.payload).catch(() => undefined);
    if (url !== undefined) drawn.set(one, url);
  }
  return drawn;
}

const isMessage = ({ event }: Noted): boolean => event.kind === 'message';

const newLine = (): Line => ({
  noted: [],
  written: Promise.resolve(),
  isWriting: false,
  lastWrittenAt: -gatherMs,
});

const asFailure = (error: unknown): { readonly error: unknown } => ({ error });

/** The event for the outbox, the same for each receiver; undefined when receivers do not learn of it. */
function outboxEventOf(
  session: Session,
  { event, at, wasUp }: Noted,
  qrCode: string | undefined,
): OutboxEvent | undefined {
  const message = webhookMessageOf(session, event, wasUp, qrCode);
  if (!message) return undefined;
  const { type, expiresAt } = message;
  return { id: eventIdOf(session, event), type, body: webhookBody(message, at), createdAt: at, expiresAt };
}

/**
 * The same message has the same id, however often WhatsApp delivers it: it is stored, and told to the receiver, once.
 * Senders choose the ids of their messages, so that alone would let one suppress another.
 */
function eventIdOf({ id }: Session, event: HolderEvent): string {
  if (event.kind !== 'message') return `msg_${randomUUID()}`;
  const { message } = event;
  const parts = [id, message.id, message.from, message.at.getTime(), message.text];
  return `msg_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}
