import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Session } from '../domain/session.ts';

export type MeasuredSession = Pick<Session, 'id' | 'status' | 'damaged' | 'lastSeenAt'>;

/** A row for each session. Over some thousands of sessions they cost more than they tell. */
export function sessionMetrics(registry: Registry): {
  /** `waiting`: events for webhooks, by session. */
  set(sessions: readonly MeasuredSession[], waiting: ReadonlyMap<string, number>): void;
} {
  const registers = [registry];
  const labelNames = ['session'] as const;
  const loggedIn = new Gauge({
    name: 'wactl_session_logged_in',
    help: 'Whether the session is logged in (1) or not (0)',
    labelNames,
    registers,
  });
  const lastSeen = new Gauge({
    name: 'wactl_session_last_seen_timestamp_seconds',
    help: 'When WhatsApp was last heard of in this session; left out when never',
    labelNames,
    registers,
  });
  const pending = new Gauge({
    name: 'wactl_session_webhook_events_pending',
    help: 'Events of the session that its webhook has not accepted yet',
    labelNames,
    registers,
  });
  return {
    set(sessions, waiting) {
      // Sessions come and go.
      for (const gauge of [loggedIn, lastSeen, pending]) gauge.reset();
      for (const { id: session, status, lastSeenAt } of sessions) {
        loggedIn.set({ session }, status === 'logged_in' ? 1 : 0);
        if (lastSeenAt) lastSeen.set({ session }, lastSeenAt.getTime() / 1000);
        pending.set({ session }, waiting.get(session) ?? 0);
      }
    },
  };
}
