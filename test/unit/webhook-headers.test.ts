import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { changeWebhook } from '../../src/domain/webhook.ts';
import { checkWebhookHeaders, parseWebhookHeaders } from '../../src/domain/webhook-headers.ts';

describe('headers of a webhook', () => {
  it.each([
    ['X-Api-Key: a b', { 'x-api-key': 'a b' }],
    ['Authorization:Bearer x:y', { authorization: 'Bearer x:y' }],
    ['A: 1\r\n\nB:  2 \n', { a: '1', b: '2' }],
    ['', {}],
  ])('%j', (text, headers) => {
    expect(parseWebhookHeaders(text)).toEqual(headers);
  });

  it.each<readonly [string, string]>([
    ['no colon', 'give it as "Name: value"'],
    [': hunter2', 'X-Api-Key'],
    ['a b: hunter2', 'X-Api-Key'],
    ['a:', 'printable ASCII'],
    ['a: hunter2é', 'printable ASCII'],
    ['a: hunter2\u0001', 'printable ASCII'],
    ['a: 1\nA: hunter2', 'upper and lower case'],
    [`a: ${'hunter2'.repeat(700)}`, 'printable ASCII'],
    ...[
      'Host',
      'Connection',
      'Transfer-Encoding',
      'TE',
      'Upgrade',
      'Keep-Alive',
      'Proxy-Authorization',
      'Trailer',
      'Expect',
    ].map((name) => [`${name}: hunter2`, 'set by wactl'] as const),
    ...['Content-Length', 'Content-Type', 'Webhook-Id', 'webhook-signature', 'WEBHOOK-timestamp'].map(
      (name) => [`${name}: hunter2`, 'set by wactl'] as const,
    ),
  ])('%j is refused, and its value not repeated', (text, hint) => {
    let error: unknown;
    try {
      parseWebhookHeaders(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).hint).toContain(hint);
    expect(String(error) + String((error as UsageError).hint)).not.toContain('hunter2');
  });

  it('are twenty at most', () => {
    const named = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${String(at)}`, 'x']));
    expect(Object.keys(checkWebhookHeaders(named(20)))).toHaveLength(20);
    expect(() => checkWebhookHeaders(named(21))).toThrow('at most 20');
    expect(() => checkWebhookHeaders({ a: '1', A: '2' })).toThrow('more than once');
  });
});

describe('a change of a webhook with headers', () => {
  const current = {
    url: 'https://a.example/hook',
    events: [],
    secret: null,
    headers: { 'x-key': '1' },
    viaProxy: false,
  } as const;
  it.each([
    [{ events: [] }, { 'x-key': '1' }],
    [{ url: 'https://a.example/other' }, { 'x-key': '1' }],
    [{ url: 'https://b.example/hook' }, undefined],
    [{ url: 'http://a.example/hook' }, undefined],
    [{ url: 'https://b.example/hook', headers: { y: '2' } }, { y: '2' }],
    [{ headers: { y: '2' } }, { y: '2' }],
    [{ headers: {} }, undefined],
    [{ headers: null }, undefined],
  ])('%j leaves %j', (change, headers) => {
    expect(changeWebhook(current, change)?.headers).toEqual(headers);
  });

  it('needs an address', () => {
    expect(() => changeWebhook(null, { headers: { y: '2' } })).toThrow('need a webhook address');
    expect(changeWebhook(null, { headers: null })).toBeNull();
  });
});
