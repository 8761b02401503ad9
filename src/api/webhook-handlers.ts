import { replayRequestSchema } from '../schema/delivery-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
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

  const replayDeliveries: Handler = async ({ id, body, signal }) => {
    const { since, event, failed } = parseBySchema(replayRequestSchema, body);
    const which = {
      ...(since === undefined ? {} : { since }),
      ...(event === undefined ? {} : { eventId: event }),
      ...(failed === undefined ? {} : { onlyFailed: failed }),
    };
    return answer<'Replay'>(await wactl.replayWebhook(id, which, { signal }));
  };

  return { replayDeliveries, listDeliveries, testWebhook };
}
