import { answer } from './answer.ts';
import type { Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';

/** The default number of deliveries in an answer. */
const usualLimit = 20;

/** How the webhooks of sessions are doing. */
export function webhookHandlers({ wactl }: ApiParts) {
  const listDeliveries: Handler = async ({ id, query }) =>
    answer<'Deliveries'>(await wactl.deliveries(id, query.count('limit', usualLimit)));

  const testWebhook: Handler = async ({ id, asked }) =>
    answer<'WebhookTest'>(await wactl.testWebhook(id, { signal: asked }));

  return { listDeliveries, testWebhook };
}
