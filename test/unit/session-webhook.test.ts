import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import type { Webhook } from '../../src/domain/session.ts';
import {
  changeWebhook,
  checkWebhookRoutes,
  parseWebhookEvents,
  parseWebhookSecret,
  parseWebhookUrl,
} from '../../src/domain/webhook.ts';
import type { WebhookChange } from '../../src/domain/webhook.ts';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

describe('addresses', () => {
  it.each([
    ['https://example.com/hook', 'https://example.com/hook'],
    ['https://example.com', 'https://example.com/'],
    ['http://localhost:8080/hook', 'http://localhost:8080/hook'],
    ['http://127.1:8080/', 'http://127.0.0.1:8080/'],
    ['http://[::1]/', 'http://[::1]/'],
  ])('%s', (text, url) => {
    expect(parseWebhookUrl(text)).toBe(url);
  });

  it.each([
    '',
    'example.com',
    'ftp://example.com',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'https://ada:***@example.com',
    'https://ada:100%@example.com',
  ])('"%s" is refused', (text) => {
    expect(() => parseWebhookUrl(text)).toThrow(UsageError);
  });

  it('an http address elsewhere is accepted with the insecure flag', () => {
    expect(parseWebhookUrl('http://example.com', { allowInsecure: true })).toBe('http://example.com/');
    expect(() => parseWebhookUrl('ftp://example.com', { allowInsecure: true })).toThrow(UsageError);
  });
});

describe('events', () => {
  it.each([
    ['all', webhookEvents],
    ['message', ['message']],
    ['message, session.qr', ['session.qr', 'message']],
    ['message,message', ['message']],
    ['message,connected,qr', ['session.qr', 'session.connected', 'message']],
    ['logged_out,session.logged_out', ['session.logged_out']],
  ])('"%s"', (text, events) => {
    expect(parseWebhookEvents(text)).toEqual(events);
  });

  it.each(['', 'all,message', 'messages', 'message,'])('"%s" is refused', (text) => {
    expect(() => parseWebhookEvents(text)).toThrow(
      expect.objectContaining({ code: 'usage', hint: `one or more of: all, ${webhookEvents.join(', ')}` }),
    );
  });
});

describe('secrets', () => {
  it.each([24, 32, 64])('%i bytes are taken', (bytes) => {
    expect(parseWebhookSecret(secretOf(bytes))).toBe(secretOf(bytes));
  });

  it.each(['webhook-secret', secretOf(32).slice(6), 'Füchse jagen', 'x'.repeat(256)])(
    '"%s" is taken',
    (text) => {
      expect(parseWebhookSecret(text)).toBe(text);
    },
  );

  it.each([
    ...['', 'whsec_', secretOf(23), secretOf(65), `${secretOf(32)}\n`, 'whsec_webhook-secret'],
    ...['1234567', 'x'.repeat(257), 'webhook\nsecret', 'webhook-secret\0'],
  ])('refuses an invalid secret (%#), without repeating it', (text) => {
    const refused = expect.objectContaining({
      code: 'usage',
      message:
        'the webhook secret must be "whsec_" and 24 to 64 bytes in base64, or other text of 8 to 256 characters',
    }) as UsageError;
    expect(() => parseWebhookSecret(text)).toThrow(refused);
  });
});

describe('changes', () => {
  const secret = secretOf(32);
  const old: Webhook = { url: 'https://a.example/', events: ['message'], secret, viaProxy: false };

  it.each<[string, Webhook | null, WebhookChange, Webhook | null]>([
    ['nothing of nothing', null, {}, null],
    ['nothing', old, {}, old],
    [
      'a first address',
      null,
      { url: 'https://b.example/' },
      { url: 'https://b.example/', events: webhookEvents, secret: null, viaProxy: false },
    ],
    ['another address', old, { url: 'https://b.example/' }, { ...old, url: 'https://b.example/' }],
    ['other events', old, { events: ['session.qr'] }, { ...old, events: ['session.qr'] }],
    ['no secret any more', old, { secret: null }, { ...old, secret: null }],
    ['through the proxy', old, { viaProxy: true }, { ...old, viaProxy: true }],
    ['no address any more', old, { url: null }, null],
    ['no address and no secret', old, { url: null, secret: null }, null],
  ])('%s', (_, current, change, changed) => {
    expect(changeWebhook(current, change)).toEqual(changed);
  });

  it.each<[Webhook | null, WebhookChange]>([
    [null, { events: ['message'] }],
    [null, { secret }],
    [null, { viaProxy: true }],
    [old, { url: null, events: ['message'] }],
    [old, { url: null, secret }],
  ])('are refused without an address (%#)', (current, change) => {
    expect(() => changeWebhook(current, change)).toThrow(UsageError);
  });
});

describe('the route to a receiver', () => {
  const at = (url: string, viaProxy: boolean): Webhook => ({
    url,
    events: ['message'],
    secret: null,
    viaProxy,
  });

  it.each<[Webhook | null, string | null]>([
    [null, null],
    [at('https://a.example/', false), null],
    [at('https://a.example/', true), 'socks5://proxy:1080'],
    [at('http://127.0.0.1:1/', false), 'socks5://proxy:1080'],
    [at('http://127.0.0.1:1/', true), 'socks5://localhost:1080'],
  ])('%j by %s', (webhook, proxy) => {
    expect(() => checkWebhookRoutes({ webhook, proxy })).not.toThrow();
  });

  it.each<[string, Webhook, string | null]>([
    ['through a proxy that is not there', at('https://a.example/', true), null],
    ['in the clear to a proxy elsewhere', at('http://127.0.0.1:1/', true), 'http://proxy:8080'],
  ])('refuses %s', (_, webhook, proxy) => {
    expect(() => checkWebhookRoutes({ webhook, proxy })).toThrow(UsageError);
  });
});
