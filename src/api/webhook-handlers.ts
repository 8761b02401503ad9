import type { Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';
import { sessionAt } from './record-handlers.ts';

/** The default number of deliveries in an answer. */
const usualLimit = 20;

/** How the webhooks of sessions are doing. */
export function webhookHandlers({ records, holder, webhooks }: ApiParts) {
  const listDeliveries: Handler = async ({ id, query }) => {
    const session = await sessionAt(records, id);
    return Response.json(await webhooks.list(session, query.count('limit', usualLimit)));
  };

  const testWebhook: Handler = async ({ id, asked }) =>
    Response.json(await webhooks.test(await sessionAt(records, id), asked));

  const lookAtWebhook: Handler = async ({ id, signal }) => {
    await holder.refreshWebhook(await sessionAt(records, id), { signal });
    return Response.json({ id });
  };

  return { listDeliveries, testWebhook, lookAtWebhook };
}
