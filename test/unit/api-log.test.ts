import { expect, it } from 'vitest';
import { logAnswer, logAttempt } from '../../src/api/serve-log.ts';
import type { AttemptOutcome } from '../../src/domain/delivery.ts';
import { FakeLog } from '../support/fake-io.ts';
import type { Answered } from '../../src/api/app.ts';
import { RequestError } from '../../src/api/request-error.ts';
import { apiWorld } from '../support/fake-api.ts';

it.each<[string, AttemptOutcome, string[]]>([
  ['a delivery', { kind: 'delivered', url: 'http://x/?secret' }, []],
  [
    'a failure',
    { kind: 'retry', url: 'http://x/?secret', error: 'the receiver answered 500', waitMs: 2040 },
    ['warn a: webhook: the receiver answered 500; tried again in 2 s'],
  ],
  [
    'a refusal',
    { kind: 'refused', url: 'http://x/?secret', error: 'the receiver answered 404' },
    ['warn a: webhook: the receiver answered 404; not tried again'],
  ],
  [
    'a receiver that has gone',
    { kind: 'gone', url: 'http://x/?secret', error: 'the receiver answered 410' },
    ['warn a: webhook: the receiver answered 410; the webhook is turned off'],
  ],
])('the log of webhooks has of %s what follows', (_, outcome, lines) => {
  const log = new FakeLog();
  logAttempt(log)({ sessionId: 'a', receiver: 'default', eventId: 'msg_1', outcome });
  expect(log.lines).toEqual(lines);
});

it('requests are logged with their path and without their query', () => {
  const log = new FakeLog();
  logAnswer(log)({ method: 'GET', route: '/x', path: `/${'a'.repeat(400)}`, status: 404, durationMs: 1.26 });
  expect(log.lines).toEqual([`debug GET /${'a'.repeat(199)}… 404 in 1.3 ms`]);
});

it('each answer is reported with the route that was meant and no query, also that of a refusal', async () => {
  const answered: Answered[] = [];
  const world = apiWorld(
    {},
    {
      onAnswer: (one) => answered.push(one),
      pages: { '/healthz': { answer: () => Response.json({}) } },
      guard: {
        admit({ url }) {
          const refused = new RequestError('unauthorized', 'a token is required');
          return url.includes('refuse') ? Promise.reject(refused) : Promise.resolve(null);
        },
        isStillGood: () => Promise.resolve(true),
      },
    },
  );
  await world.has({ id: 'a' });
  for (const [method, path] of [
    ['GET', '/api/v1/sessions/a?prefix=true'],
    ['GET', '/api/v1/sessions/none'],
    ['HEAD', '/api/v1/sessions/a'],
    ['PUT', '/api/v1/sessions/a'],
    ['GET', '/api/v1/sessions/a?refuse=1'],
    ['GET', '/healthz'],
    ['GET', '/nowhere/else?token=x'],
  ] as const) {
    await (await world.api(new Request(`http://wactl${path}`, { method }))).text();
  }
  expect(answered.map(({ method, route, path, status }) => [method, route, path, status].join(' '))).toEqual([
    'GET /api/v1/sessions/{id} /api/v1/sessions/a 200',
    'GET /api/v1/sessions/{id} /api/v1/sessions/none 404',
    'HEAD /api/v1/sessions/{id} /api/v1/sessions/a 200',
    'PUT /api/v1/sessions/{id} /api/v1/sessions/a 405',
    'GET /api/v1/sessions/{id} /api/v1/sessions/a 401',
    'GET /healthz /healthz 200',
    'GET  /nowhere/else 404',
  ]);
});
