import { itemNumber, webhookName } from '../schema/query-schemas.ts';
import { one } from './route.ts';
import type { Route } from './route.ts';

/** What the API can do with the webhooks of a session. */
export const webhookRoutes = {
  listWebhooks: {
    method: 'get',
    path: `${one}/webhooks`,
    scope: 'read',
    summary:
      'All webhooks that the events of a session go to, and how each is doing: "default", further ones by name, and "global", which every session has when the settings say so.',
    answers: { 200: 'Webhooks' },
  },
  setWebhook: {
    method: 'patch',
    path: `${one}/webhooks/{name}`,
    scope: 'admin',
    summary:
      'Add a webhook of this name, which needs an address, or change it; omitted fields stay as they are.',
    body: 'WebhookChange',
    answers: { 200: 'Webhook' },
  },
  removeWebhook: {
    method: 'delete',
    path: `${one}/webhooks/{name}`,
    scope: 'admin',
    summary: 'Remove a webhook of a session, and the events that wait for it.',
    answers: { 200: 'WebhookRemoved' },
  },
  listDeliveries: {
    method: 'get',
    path: `${one}/webhook/deliveries`,
    scope: 'read',
    summary: 'The latest finished webhook deliveries and the next pending ones, at most `limit` of each.',
    query: { limit: itemNumber, name: webhookName },
    answers: { 200: 'Deliveries' },
  },
  replayDeliveries: {
    method: 'post',
    path: `${one}/webhook/deliveries/replay`,
    scope: 'admin',
    summary:
      'Send finished events again, in their order and with their webhook-id, before those that wait: delivered and failed ones of the last 72 h.',
    body: 'ReplayRequest',
    answers: { 200: 'Replay' },
  },
  testWebhook: {
    method: 'post',
    path: `${one}/webhook/test`,
    scope: 'admin',
    summary:
      'Send a webhook.test event now. If it is accepted, a webhook that a 410 turned off is on again, and delivers what is pending.',
    query: { name: webhookName },
    answers: { 200: 'WebhookTest' },
  },
} as const satisfies Readonly<Record<string, Route>>;
