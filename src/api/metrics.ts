import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { sessionStatuses } from '../domain/session.ts';
import type { Feed } from '../ports/feed.ts';
import type { AttemptOutcome } from '../domain/delivery.ts';
import type { Answered } from './app.ts';
import { fleetMetrics } from './fleet-metrics.ts';
import type { FleetMetricsParts } from './fleet-metrics.ts';
import { httpMetrics } from './http-metrics.ts';
import { sessionMetrics } from './session-metrics.ts';
import type { MeasuredSession } from './session-metrics.ts';

const attemptOutcomes: readonly AttemptOutcome['kind'][] = ['delivered', 'refused', 'retry', 'gone'];

export type MetricsParts = {
  readonly feed: Feed;
  /** Calls the listener with how each attempt at a webhook delivery has ended. */
  readonly onAttempt: (listener: (kind: AttemptOutcome['kind']) => void) => void;
  /** Calls the listener at each error inside the engine. */
  readonly onEngineError: (listener: () => void) => void;
  /** Calls the listener with how many events were dropped, each time that too many wait for a webhook. */
  readonly onDropped: (listener: (count: number) => void) => void;
  /** All sessions, with the live statuses from their holders. */
  readonly sessions: () => Promise<readonly MeasuredSession[]>;
  /** How many sessions this process holds. */
  readonly held: () => Promise<number>;
  /** Those that share the sessions; undefined where they are one machine's alone. */
  readonly hosts?: FleetMetricsParts['hosts'] | undefined;
  readonly share: FleetMetricsParts['state'];
  /** The name of this machine. */
  readonly machine: string;
  /** How many events wait for the webhooks of each session that has any. */
  readonly waiting: () => Promise<ReadonlyMap<string, number>>;
  /** Whether there are rows for each session. */
  readonly ofEachSession: boolean;
  /** Of this program, and of Node.js. */
  readonly version: string;
  readonly nodeVersion: string;
};

export type Metrics = {
  /** The answer of /metrics. */
  page(): Promise<Response>;
  /** Call it with each answer. */
  readonly onAnswer: (answered: Answered) => void;
  end(): void;
};

/** Gauges of Node's default metrics with the ending of a counter; without it, what they count stands beside them by type. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Metrics in the text format of Prometheus: sessions by status, events of those held here, requests, the process. */
export function startMetrics(parts: MetricsParts): Metrics {
  const { feed, onAttempt, onDropped, onEngineError, sessions, waiting } = parts;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const build = new Gauge({
    name: 'wactl_build_info',
    help: 'Always 1; the versions are in its labels',
    labelNames: ['version', 'node_version'],
    registers,
  });
  build.set({ version: parts.version, node_version: parts.nodeVersion }, 1);
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
  const held = new Gauge({
    name: 'wactl_held_sessions',
    help: 'Sessions that this process holds',
    labelNames: ['host'],
    registers,
  });
  const { hosts, share: state } = parts;
  const readFleet = hosts && fleetMetrics(registry, { hosts, state });
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
  for (const outcome of attemptOutcomes) deliveries.inc({ outcome }, 0);
  const pending = new Gauge({
    name: 'wactl_webhook_events_pending',
    help: 'Events that their webhooks have not accepted yet, of all sessions',
    registers,
  });
  const dropped = new Counter({
    name: 'wactl_webhook_events_dropped_total',
    help: 'Events that were dropped because too many waited for a webhook',
    registers,
  });
  onDropped((count) => dropped.inc(count));
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
  const ofEach = parts.ofEachSession ? sessionMetrics(registry) : undefined;
  return {
    onAnswer: httpMetrics(registry),
    async page() {
      const [found, left] = await Promise.all([sessions(), waiting()]);
      for (const status of sessionStatuses)
        byStatus.set({ status }, found.filter((one) => one.status === status).length);
      damaged.set(found.filter((one) => one.damaged).length);
      pending.set([...left.values()].reduce((sum, count) => sum + count, 0));
      held.set({ host: parts.machine }, await parts.held());
      await readFleet?.();
      ofEach?.set(found, left);
      const headers = { 'content-type': registry.contentType, 'cache-control': 'no-store' };
      return new Response(await registry.metrics(), { headers });
    },
    end,
  };
}
