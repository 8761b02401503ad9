import { replayRequestSchema } from '../schema/delivery-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { answer } from './answer.ts';
import type { Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';
import { readWebhookChange } from './read-session.ts';

/** The default number of deliveries in an answer. */
const usualLimit = 20;

/** The webhooks of sessions, and how they are doing. */
export function webhookHandlers({ wactl }: ApiParts) {
  const listWebhooks: Handler = async ({ id }) => answer<'Webhooks'>(await wactl.webhooks(id));

  const setWebhook: Handler = async ({ id, name, body, signal }) =>
    answer<'Webhook'>(await wactl.setWebhook(id, name, readWebhookChange(body), { signal }));

  const removeWebhook: Handler = async ({ id, name, signal }) => {
    await wactl.removeWebhook(id, name, { signal });
    return answer<'WebhookRemoved'>({ id, name, removed: true });
  };

  const listDeliveries: Handler = async ({ id, query }) =>
    answer<'Deliveries'>(await wactl.deliveries(id, query.count('limit', usualLimit), query.text('name')));

  const testWebhook: Handler = async ({ id, query, asked }) =>
    answer<'WebhookTest'>(await wactl.testWebhook(id, { signal: asked, name: query.text('name') }));

  const replayDeliveries: Handler = async ({ id, body, signal }) => {
    const { since, event, failed, name } = parseBySchema(replayRequestSchema, body);
    const which = {
      ...(since === undefined ? {} : { since }),
      ...(event === undefined ? {} : { eventId: event }),
      ...(failed === undefined ? {} : { onlyFailed: failed }),
    };
    return answer<'Replay'>(await wactl.replayWebhook(id, which, { signal, name }));
  };

  return { listWebhooks, setWebhook, removeWebhook, replayDeliveries, listDeliveries, testWebhook };
}
