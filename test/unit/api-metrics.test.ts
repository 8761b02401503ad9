import { expect, it } from 'vitest';
import { startMetrics } from '../../src/api/metrics.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { made } from '../support/fake-session.ts';
import type { AttemptOutcome } from '../../src/domain/delivery.ts';

it('/metrics counts sessions and their events', async () => {
  const { observer, feed } = fakeFeed();
  let attempt: (kind: AttemptOutcome['kind']) => void = () => undefined;
  let engineError: () => void = () => undefined;
  const metrics = startMetrics({
    feed,
    onAttempt: (listener) => (attempt = listener),
    onEngineError: (listener) => (engineError = listener),
    sessions: () =>
      Promise.resolve([
        { status: 'logged_in' },
        { status: 'logged_in' },
        { status: 'failed', damaged: 'delete' },
      ]),
  });
  const lost = { reason: 'connection_lost', code: 428, at: made } as const;
  observer.note('a', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
  observer.note('a', { kind: 'status', status: 'connecting', close: lost, retryInMs: 100 });
  observer.note('a', {
    kind: 'message',
    message: { id: 'M', from: 'x', pushName: null, at: made, text: 'a secret' },
  });
  attempt('retry');
  engineError();
  const text = await (await metrics.page()).text();
  expect(text.split('\n').filter((line) => /^wactl_.* [1-9]/.test(line))).toEqual([
    'wactl_sessions{status="logged_in"} 2',
    'wactl_sessions{status="failed"} 1',
    'wactl_sessions_damaged 1',
    'wactl_logins_total 1',
    'wactl_closes_total{reason="connection_lost"} 1',
    'wactl_reconnects_total 1',
    'wactl_messages_total 1',
    'wactl_webhook_attempts_total{outcome="retry"} 1',
    'wactl_engine_errors_total 1',
  ]);
  metrics.end();
});
