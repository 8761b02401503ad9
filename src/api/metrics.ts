import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { sessionStatuses } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { Feed } from '../ports/feed.ts';
import type { AttemptOutcome } from '../domain/delivery.ts';

export type MetricsParts = {
  readonly feed: Feed;
  /** Calls the listener with how each attempt at a webhook delivery has ended. */
  readonly onAttempt: (listener: (kind: AttemptOutcome['kind']) => void) => void;
  /** Calls the listener at each error inside the engine. */
  readonly onEngineError: (listener: () => void) => void;
  /** All sessions, with the live statuses from their holders. */
  readonly sessions: () => Promise<readonly Pick<Session, 'status' | 'damaged'>[]>;
};

export type Metrics = {
  /** The answer of /metrics. */
  page(): Promise<Response>;
  end(): void;
};

/** Metrics in the text format of Prometheus: sessions by status, events of those held here, the process. */
export function startMetrics({ feed, onAttempt, onEngineError, sessions }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const byStatus = new Gauge({
    name: 'wactl_sessions',
    help: 'Sessions by status',
    labelNames: ['status'],
    registers,
  });
  const damaged = new Gauge({
    name: 'wactl_sessions_damaged',
    help: 'Sessions whose stored record cannot be read',
    registers,
  });
  const logins = new Counter({
    name: 'wactl_logins_total',
    help: 'Connections that were logged in',
    registers,
  });
  const closes = new Counter({
    name: 'wactl_closes_total',
    help: 'Connections that have ended, by reason',
    labelNames: ['reason'],
    registers,
  });
  const reconnects = new Counter({
    name: 'wactl_reconnects_total',
    help: 'Connections opened again after one was lost',
    registers,
  });
  const messages = new Counter({ name: 'wactl_messages_total', help: 'Messages received', registers });
  const deliveries = new Counter({
    name: 'wactl_webhook_attempts_total',
    help: 'Attempts at delivering an event to a webhook, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const engineErrors = new Counter({
    name: 'wactl_engine_errors_total',
    help: 'Errors inside the engine: something that came in may be missing',
    registers,
  });
  onEngineError(() => engineErrors.inc());
  onAttempt((kind) => deliveries.inc({ outcome: kind }));
  const end = feed((_id, event) => {
    if (event.kind === 'message') messages.inc();
    if (event.kind !== 'status') return;
    if (event.close) closes.inc({ reason: event.close.reason });
    if (event.retryInMs !== null) reconnects.inc();
    if (event.status === 'logged_in') logins.inc();
  });
  return {
    async page() {
      const found = await sessions();
      for (const status of sessionStatuses)
        byStatus.set({ status }, found.filter((one) => one.status === status).length);
      damaged.set(found.filter((one) => one.damaged).length);
      const headers = { 'content-type': registry.contentType, 'cache-control': 'no-store' };
      return new Response(await registry.metrics(), { headers });
    },
    end,
  };
}
