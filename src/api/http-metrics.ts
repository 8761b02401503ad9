import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Answered } from './app.ts';

/** A client may send any word as a method; each would be a row. */
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS'];

/** How long requests take, by route: up to the head of the answer, since a stream may go on for days. */
export function httpMetrics(registry: Registry): (answered: Answered) => void {
  const durations = new Histogram({
    name: 'wactl_http_request_duration_seconds',
    help: 'Time from a request to the head of its answer, by route',
    labelNames: ['method', 'route', 'code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return ({ method, route = 'none', status, durationMs }) =>
    durations.observe(
      { method: methods.includes(method) ? method : 'other', route, code: String(status) },
      durationMs / 1000,
    );
}
