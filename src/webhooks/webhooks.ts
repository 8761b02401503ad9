import type { DeliveryClaims } from '../ports/delivery-claims.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { EventSink, SessionStore } from '../ports/store.ts';
import { startDeliveries } from './deliveries.ts';
import type { Deliveries } from './deliveries.ts';
import type { PostParts } from './post.ts';
import { startRecorder } from './recorder.ts';
import type { RecorderParts } from './recorder.ts';
import { firstBox, webhookOf } from '../domain/box.ts';
import type { Box } from '../domain/box.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { Turns } from '../domain/turns.ts';

export type WebhooksParts = PostParts &
  Pick<RecorderParts, 'globalWebhook'> & {
    /** The QR as a PNG data URL; events go without it when left out. */
    readonly qrDataUrl?: (payload: string) => Promise<string>;
    readonly outbox: Outbox;
    /** Called with how many events were dropped to make room. */
    readonly onDropped?: (count: number) => void;
    readonly sessions: Pick<SessionStore, 'get'>;
    readonly claims: DeliveryClaims;
    /** In which events are stored and deliveries are started. */
    readonly turns: Turns;
    /** Takes a sentence about a failure, without secrets. */
    readonly warn: (sentence: string) => void;
  };

/** The webhooks of this process's sessions, from an event to its delivery. */
export type Webhooks = Pick<Deliveries, 'deliverLeft'> & {
  /** Call it when this process takes the session or its webhook was changed: delivers what earlier holders left. */
  look(sessionId: string): void;
  /** Stores an event by `held` and delivers it; returns at once. `wasUp`: whether the session was up before it. */
  note(sessionId: string, event: HolderEvent, wasUp: boolean, held: EventSink): void;
  /** Resolves when the events noted so far are stored. Rejects when a message among them could not be. */
  recorded(sessionId: string): Promise<void>;
  /**
   * Call it before the lease is released: stores every noted event and delivers the due ones, for at most `withinMs` (5
   * s when left out). Nothing is sent afterwards; the rest stays in the outbox.
   */
  release(sessionId: string, withinMs?: number): Promise<void>;
};

export function startWebhooks(parts: WebhooksParts): Webhooks {
  const { outbox, claims, sessions, globalWebhook, clock, turns, openProxy, warn, qrDataUrl } = parts;
  const onError = (box: Box, error: unknown): void =>
    warn(`${box.sessionId}: ${webhookOf(box)}: ${error instanceof Error ? error.message : String(error)}`);
  const deliveries = startDeliveries({
    outbox,
    claims,
    sessions,
    globalWebhook,
    clock,
    turns,
    openProxy,
    onError,
  });
  const recorder = startRecorder({
    sessions,
    globalWebhook,
    clock,
    turns,
    qrDataUrl,
    onError: (sessionId, error) => onError(firstBox(sessionId), error),
    onAppended: (box) => deliveries.notify(box),
    onDropped(box, count) {
      parts.onDropped?.(count);
      onError(box, `too many events are waiting; the oldest ${String(count)} were dropped`);
    },
  });
  return {
    deliverLeft: (...args) => deliveries.deliverLeft(...args),
    look: (sessionId) => deliveries.look(sessionId),
    note: (...args) => recorder.note(...args),
    recorded: (sessionId) => recorder.recorded(sessionId),
    async release(sessionId, withinMs) {
      await recorder.release(sessionId);
      await deliveries.release(sessionId, withinMs);
    },
  };
}
