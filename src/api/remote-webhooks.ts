import { deliveriesSchema, webhookTestSchema } from '../schema/delivery-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';
import type { HttpClient } from './http-client.ts';
import { understood } from './http-client.ts';
import { sessionPath } from './remote-records.ts';

/** The webhooks of the sessions that another wactl keeps. */
export const remoteWebhooks = (http: HttpClient): WebhookControl => ({
  async list({ id }, limit) {
    const path = `${sessionPath(id)}/webhook/deliveries?limit=${String(limit)}`;
    const answer = await http.json({ method: 'GET', path });
    return understood(() => parseBySchema(deliveriesSchema, answer));
  },
  async test({ id }, signal) {
    const answer = await http.json({
      method: 'POST',
      path: `${sessionPath(id)}/webhook/test`,
      body: {},
      signal,
    });
    return understood(() => parseBySchema(webhookTestSchema, answer));
  },
  // The process that received the change has already done that.
  changed: () => Promise.resolve(),
});
