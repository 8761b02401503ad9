import { webhookOf } from '../domain/box.ts';
import type { DeliveryAttempt } from '../domain/delivery.ts';
import type { Log } from '../ports/log.ts';
import type { Answered } from './app.ts';

const longestPath = 200;

/** A line for each request, for those that look for a fault. */
export const logAnswer =
  (log: Log) =>
  ({ method, route, path, status, durationMs }: Answered): void => {
    const ms = Math.round(durationMs * 10) / 10;
    const asked = path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;
    log.line('debug', `${method} ${asked} ${String(status)} in ${String(ms)} ms`, {
      method,
      path: asked,
      route,
      status,
      ms,
    });
  };

/** A line for each delivery that has failed, without the address, which may hold a secret. */
export const logAttempt =
  (log: Log) =>
  ({ eventId, outcome, ...box }: DeliveryAttempt): void => {
    if (outcome.kind === 'delivered') return;
    const { kind, error } = outcome;
    const seconds = kind === 'retry' ? Math.round(outcome.waitMs / 100) / 10 : null;
    const next = {
      retry: `tried again in ${String(seconds)} s`,
      refused: 'not tried again',
      gone: 'the webhook is turned off',
    }[kind];
    log.line('warn', `${webhookOf(box)}: ${error}; ${next}`, {
      session: box.sessionId,
      receiver: box.receiver,
      webhook_id: eventId,
      outcome: kind,
      ...(seconds !== null && { retry_in_seconds: seconds }),
    });
  };
