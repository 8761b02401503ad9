import { describe, expect, test } from 'vitest';
import { webhookEvents } from '../../src/domain/session.ts';
import { endpointOf } from '../../src/domain/endpoint.ts';
import { nearestWord } from '../../src/settings/nearest-word.ts';
import { settingKeys, settingTable } from '../../src/settings/setting-table.ts';
import type { SettingKey } from '../../src/settings/setting-table.ts';

const root = 'ab'.repeat(32);

const good: [SettingKey, string, unknown][] = [
  ['device_name', ' Kancelária 2 ', 'Kancelária 2'],
  ['device_name', '🛟'.repeat(50), '🛟'.repeat(50)],
  ['webhook_url', 'https://example.com/hook', 'https://example.com/hook'],
  ['webhook_events', 'message, session.qr', ['session.qr', 'message']],
  ['webhook_events', 'all', webhookEvents],
  ['global_webhook_url', 'https://example.com/all', 'https://example.com/all'],
  ['global_webhook_events', 'qr', ['session.qr']],
  ['global_webhook_secret', 'any other text', 'any other text'],
  ['global_webhook_headers', 'X-Key: a\nX-Other: b', 'X-Key: a\nX-Other: b'],
  ['proxy', 'socks5://user:secret@127.0.0.1:1080', 'socks5://user:secret@127.0.0.1:1080'],
  ['max_retries', '0', 0],
  ['max_retries', '1000000', 1_000_000],
  ['qr_style', 'half-block', 'half-block'],
  ['log_level', 'trace', 'trace'],
  ['whatsapp_version', '2.3000.1234567890', '2.3000.1234567890'],
  ['endpoint', 'ws://127.0.0.1:9/ws/chat', 'ws://127.0.0.1:9/ws/chat'],
  ['endpoint', 'ws://[::1]:9', 'ws://[::1]:9'],
  ['endpoint', 'ws://localhost:9', 'ws://localhost:9'],
  ['endpoint_root', root.toUpperCase(), root],
  ['store', 'postgres://me:secret@db.example.com/wactl', 'postgres://me:secret@db.example.com/wactl'],
];

const bad: [SettingKey, string, string][] = [
  ['device_name', '', '1 to 50'],
  ['device_name', 'a'.repeat(51), '1 to 50'],
  ['device_name', 'two\nlines', 'printable'],
  ['device_name', 'a\u202eb', 'printable'],
  ['webhook_url', 'ftp://example.com', 'https://'],
  ['webhook_events', 'message,nope', 'session.qr'],
  ['global_webhook_url', 'http://example.com', '--webhook-insecure'],
  ['global_webhook_secret', 'short', 'openssl'],
  ['global_webhook_headers', 'no colon', 'Name: value'],
  ['global_webhook_headers', ' ', 'Name: value'],
  ['proxy', 'ftp://127.0.0.1', 'socks5://'],
  ['max_retries', '-1', 'whole number'],
  ['max_retries', '1.5', 'whole number'],
  ['max_retries', '1000001', 'whole number'],
  ['qr_style', 'Auto', 'auto, half-block, sextant, kitty, iterm2, sixel, ascii'],
  ['log_level', 'verbose', 'silent, error, warn'],
  ['whatsapp_version', '2.3000', '2.3000.1234567890'],
  ['endpoint', 'wss://127.0.0.1:9', 'ws://127.0.0.1'],
  ['endpoint', 'ws://web.whatsapp.com/ws/chat', 'ws://127.0.0.1'],
  ['endpoint', 'ws://127.0.0.1.example.com', 'ws://127.0.0.1'],
  ['endpoint', 'ws://127.0.0.1@example.com', 'ws://127.0.0.1'],
  ['endpoint', 'ws://u:p@127.0.0.1', 'ws://127.0.0.1'],
  ['endpoint', '127.0.0.1:9', 'ws://127.0.0.1'],
  ['endpoint_root', 'ab', '64 hex digits'],
  ['endpoint_root', 'zz'.repeat(32), '64 hex digits'],
  ['store', 'mysql://db.example.com/wactl', 'postgres://'],
];

describe('values', () => {
  test.each(good)('%s takes %j', (key, text, value) => {
    expect(settingTable[key].parse(text)).toEqual(value);
  });

  test.each(bad)('%s refuses %j and names what is allowed', (key, text, allowed) => {
    expect(() => settingTable[key].parse(text)).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining(allowed) as string }),
    );
  });

  test('a refused endpoint root is not repeated', () => {
    expect(() => settingTable.endpoint_root.parse('5ec4e7')).toThrow(/^(?!.*5ec4e7)/);
  });

  test.each(settingKeys)('%s is described by a sentence without a full stop', (key) => {
    expect(settingTable[key].about).toMatch(/^[a-z].*[^.]$/);
  });
});

describe('an endpoint needs both of its settings', () => {
  test('without either there is no endpoint', () => expect(endpointOf(null, null)).toBeNull());
  test('with both there is one', () =>
    expect(endpointOf('ws://127.0.0.1:9', root)).toEqual({ url: 'ws://127.0.0.1:9', rootKey: root }));
  test.each([
    ['ws://127.0.0.1:9', null, 'endpoint is set without endpoint_root'],
    [null, root, 'endpoint_root is set without endpoint'],
  ])('%s with %s is refused', (url, rootKey, message) => {
    expect(() => endpointOf(url, rootKey)).toThrow(message);
  });
});

test.each([
  ['proxi', 'proxy'],
  ['endpoint-root', 'endpoint_root'],
  ['qrstyle', 'qr_style'],
  ['maxretries', 'max_retries'],
  ['loglevel', 'log_level'],
  ['endpoin', 'endpoint'],
])('the setting nearest to %s is %s', (word, nearest) => {
  expect(nearestWord(word, settingKeys)).toBe(nearest);
});
