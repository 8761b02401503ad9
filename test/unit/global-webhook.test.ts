import { expect, test } from 'vitest';
import { globalWebhookOf } from '../../src/compose/global-webhook.ts';
import type { Webhook } from '../../src/domain/session.ts';
import { UsageError } from '../../src/errors.ts';

const webhook: Webhook = { url: 'https://example.com/', events: [], secret: null, viaProxy: false };

/** A webhook of all sessions whose setting the test changes. */
function world() {
  const warnings: string[] = [];
  let now: Webhook | Error | null = null;
  const settings = {
    get globalWebhook() {
      if (now instanceof Error) throw now;
      return now;
    },
  };
  return {
    warnings,
    set: (value: typeof now) => void (now = value),
    get: globalWebhookOf(settings, (sentence) => warnings.push(sentence)),
  };
}

test('the webhook of all sessions is the one in the settings now', () => {
  const { get, set } = world();
  expect(get()).toBeNull();
  set(webhook);
  expect(get()).toBe(webhook);
  set(null);
  expect(get()).toBeNull();
});

test('a bad setting is reported once, and the webhook before it is used', () => {
  const { get, set, warnings } = world();
  set(webhook);
  get();
  for (const message of ['bad', 'bad', 'worse']) {
    set(new UsageError(message));
    expect(get()).toBe(webhook);
  }
  set(null);
  expect(get()).toBeNull();
  set(new UsageError('worse'));
  expect(get()).toBeNull();
  expect(warnings.map((one) => one.replace(/^.*: /, ''))).toEqual(['bad', 'worse', 'worse']);
});

test('a bug is no bad setting', () => {
  const { get, set } = world();
  set(new TypeError('bug'));
  expect(get).toThrow('bug');
});
