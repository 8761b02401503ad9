import { randomUUID } from 'node:crypto';
import { UsageError } from '../../errors.ts';
import type { Clock } from '../../session/clock.ts';
import type { Outbox, TestAnswer } from '../../session/outbox.ts';
import type { Session } from '../../session/session.ts';
import { webhookBody } from '../../session/webhook-event.ts';
import { outcomeOf } from './outcome.ts';
import { post } from './post.ts';

export type TestParts = {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/**
 * Sends a `webhook.test` event at once, past the outbox. When it is taken, a webhook that was turned off by a 410 is
 * on again. Throws UsageError when the session has no webhook.
 */
export async function sendTest(
  { outbox, clock, signal }: TestParts,
  { id: sessionId, webhook }: Session,
): Promise<TestAnswer> {
  if (!webhook) {
    throw new UsageError(
      `${sessionId} has no webhook`,
      `give it one with: wactl update ${sessionId} --webhook-url URL`,
    );
  }
  const { url, secret } = webhook;
  const startedAt = clock.now();
  const id = `msg_${randomUUID()}`;
  const body = webhookBody('webhook.test', startedAt, { id: sessionId });
  const answer = await post({ url, secret, id, body }, clock, signal);
  const now = clock.now();
  const receiver = await outbox.receiver(sessionId);
  const outcome = outcomeOf(answer, { url, receiver, now, random: clock.random() });
  if (outcome.kind === 'delivered') await outbox.turnOn(sessionId, url);
  return {
    id,
    httpStatus: answer.kind === 'status' ? answer.status : null,
    error: outcome.kind === 'delivered' ? null : outcome.error,
    durationMs: now.getTime() - startedAt.getTime(),
    isSigned: secret !== null,
  };
}
