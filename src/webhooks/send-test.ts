import { randomUUID } from 'node:crypto';
import type { Outbox } from '../ports/outbox.ts';
import type { NamedWebhook, Session } from '../domain/session.ts';
import { webhookBody } from '../schema/webhook-event.ts';
import { outcomeOf } from './outcome.ts';
import { post } from './post.ts';
import type { PostParts } from './post.ts';
import type { TestAnswer } from '../domain/delivery.ts';

export type TestParts = PostParts & {
  readonly outbox: Outbox;
  readonly signal: AbortSignal;
};

/**
 * Sends a `webhook.test` event at once, bypassing the outbox. When the receiver accepts it, a webhook that a 410 turned
 * off is on again. Throws UsageError when the session has no webhook.
 */
export async function sendTest(
  { outbox, signal, ...parts }: TestParts,
  { id: sessionId, proxy }: Session,
  webhook: NamedWebhook,
): Promise<TestAnswer> {
  const box = { sessionId, receiver: webhook.name };
  const { clock } = parts;
  const { url, secret } = webhook;
  const startedAt = clock.now();
  const id = `msg_${randomUUID()}`;
  const body = webhookBody({ type: 'webhook.test', data: { id: sessionId } }, startedAt);
  const answer = await post({ webhook, proxy, id, body }, parts, signal);
  const now = clock.now();
  const receiver = await outbox.receiver(box);
  const outcome = outcomeOf(answer, { url, receiver, now, random: clock.random() });
  if (outcome.kind === 'delivered') await outbox.turnOn(box, url);
  return {
    id,
    httpStatus: answer.kind === 'status' ? answer.status : null,
    error: outcome.kind === 'delivered' ? null : outcome.error,
    durationMs: now.getTime() - startedAt.getTime(),
    isSigned: secret !== null,
  };
}
