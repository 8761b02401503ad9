import type { WebhookControl } from '../../src/ports/webhook-control.ts';
import { unexpected } from './unexpected.ts';

/** Webhooks whose changes need nothing to be done. `methods` are those that the test expects to be called. */
export const fakeWebhookControl = (methods: Partial<WebhookControl> = {}): WebhookControl => ({
  all: () => unexpected('webhooks.all'),
  describe: () => unexpected('webhooks.describe'),
  list: () => unexpected('webhooks.list'),
  test: () => unexpected('webhooks.test'),
  replay: () => unexpected('webhooks.replay'),
  changed: () => Promise.resolve(),
  ...methods,
});
