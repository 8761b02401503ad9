import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Outbox } from '../ports/outbox.ts';
import { isDue, receiverAt } from '../domain/receiver.ts';
import type { SessionStore } from '../ports/store.ts';
import type { Box } from '../domain/box.ts';
import { receiversOf } from '../domain/receivers.ts';
import type { Session, Webhook } from '../domain/session.ts';
import { outcomeOf } from './outcome.ts';
import { post } from './post.ts';
import type { Answer, PostParts } from './post.ts';
import type { Slots } from '../domain/slots.ts';
import type { Turns } from '../domain/turns.ts';
import type { DueDelivery } from '../domain/delivery.ts';

export type DeliveryWorkerParts = PostParts & {
  readonly outbox: Outbox;
  readonly sessions: Pick<SessionStore, 'get'>;
  /** The webhook that every session has besides its own. */
  readonly globalWebhook: () => Webhook | null;
  readonly slots: Slots;
  readonly turns: Turns;
  /** The store failed; the worker tries again later. */
  readonly onError: (box: Box, error: unknown) => void;
};

/** Delivers the events of one box to its receiver, one at a time, in order. */
export type DeliveryWorker = {
  /** Checks for new work: an event, or another address. */
  wake(): void;
  /** Delivers the due events, then ends instead of waiting. */
  finish(): void;
  /** Ends now; a delivery under way counts as failed. */
  abort(): void;
  readonly done: Promise<void>;
};

/** Null: until it is woken. */
type Pause = { readonly until: Date | null };

type Tried = { readonly answer?: Answer; readonly pause?: Pause };

/** Anew: another process may have delivered until now. Else when to ask again. */
export type Permission = 'as before' | 'anew' | Pause;

export const storePauseMs = 60_000;

/** `permission` is asked before each delivery. */
export function startDeliveryWorker(
  parts: DeliveryWorkerParts,
  box: Box,
  permission: () => Promise<Permission>,
): DeliveryWorker {
  const { outbox, sessions, clock, slots, turns } = parts;
  // A new one each time, because Node 20 never frees what depends on a signal that lives for months (AbortSignal.any).
  let alarm = new AbortController();
  let attempt = new AbortController();
  let isFinishing = false;
  let isEnded = false;

  /** Takes the next step; resolves to the pause when there is nothing to do. */
  async function step(): Promise<Pause | undefined> {
    await turns.next();
    const session = await sessions.get(box.sessionId);
    const due = await outbox.next(box, () => parts.onError(box, unreadableEvent(box.sessionId)));
    if (!due || !session) return { until: null };
    const all = receiversOf(session, parts.globalWebhook());
    const webhook = all.find(({ name }) => name === box.receiver);
    if (!webhook) {
      await outbox.clear(box);
      return { until: null };
    }
    const receiver = receiverAt(await outbox.receiver(box), webhook.url);
    // It was told to end meanwhile: start nothing more.
    if (isEnded) return { until: null };
    const { nextAttemptAt } = receiver;
    if (!nextAttemptAt || isDue(receiver, clock.now())) return deliver(webhook, session.proxy, due);
    // Expiring events contain secrets: wake up in time to forget them.
    return { until: earlier(nextAttemptAt, due.firstExpiryAt) };
  }

  async function isStillDue(url: string, id: string): Promise<boolean> {
    const receiver = receiverAt(await outbox.receiver(box), url);
    const next = await outbox.next(box);
    return next?.id === id && (!receiver.nextAttemptAt || isDue(receiver, clock.now()));
  }

  async function deliver(
    webhook: Webhook,
    proxy: Session['proxy'],
    due: DueDelivery,
  ): Promise<Pause | undefined> {
    const { url } = webhook;
    const { id, body } = due;
    const { signal } = (attempt = new AbortController());
    const cutOff = (error: unknown): Answer => {
      if (!signal.aborted) throw error;
      return {
        kind: 'none',
        why: 'the process stopped holding the session before the receiver had answered',
      };
    };
    const { answer, pause } = await slots.run(signal, async (): Promise<Tried> => {
      const permitted = await permission();
      if (typeof permitted === 'object') return { pause: permitted };
      if (permitted === 'anew' && !(await isStillDue(url, id))) return {};
      const isLate = due.expiresAt !== null && due.expiresAt <= clock.now();
      if (isLate || signal.aborted) return {};
      return { answer: await post({ webhook, proxy, id, body }, parts, signal).catch(cutOff) };
    });
    if (!answer) return pause;
    await turns.next();
    const receiver = receiverAt(await outbox.receiver(box), url);
    const facts = { url, receiver, now: clock.now(), random: clock.random() };
    await outbox.record(box, id, outcomeOf(answer, facts));
    return undefined;
  }

  const pauseAfter = (error: unknown): Pause => {
    if (!isEnded) parts.onError(box, error);
    return { until: new Date(clock.now().getTime() + storePauseMs) };
  };

  async function run(): Promise<void> {
    while (!isEnded) {
      // Set before the step, so that a wake-up during it is not missed.
      alarm = new AbortController();
      const pause = await step().catch(pauseAfter);
      if (!pause) continue;
      if (isFinishing || isEnded) return;
      await rest(clock, pause, alarm.signal);
    }
  }

  return {
    wake: () => alarm.abort(),
    finish() {
      isFinishing = true;
      alarm.abort();
    },
    abort() {
      isEnded = true;
      alarm.abort();
      attempt.abort();
    },
    done: run(),
  };
}

const unreadableEvent = (id: string): WactlError =>
  new WactlError(
    'store_damaged',
    `the stored record of one event is damaged and was set aside; see: wactl webhook list ${id}`,
  );

/** Resolves at `until`, or when the signal is aborted. */
async function rest(clock: Clock, { until }: Pause, signal: AbortSignal): Promise<void> {
  if (until) {
    const waitMs = Math.max(0, until.getTime() - clock.now().getTime());
    return clock.sleep(waitMs, signal).catch(() => undefined);
  }
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const earlier = (a: Date, b: Date | null): Date => (b && b < a ? b : a);
