import { expect, test } from 'vitest';
import { hasPasswordHidden, redactUrl } from '../../src/session/redact.ts';

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['socks5://user:secret@host:1080', 'socks5://user:***@host:1080'],
  ['http://user:p@ss:word@host/', 'http://user:***@host/'],
  ['https://token@host', 'https://***@host'],
  ['http://:secret@host', 'http://:***@host'],
  ['https://host/a@b?c=@d', 'https://host/a@b?c=@d'],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
  expect([hasPasswordHidden(url), hasPasswordHidden(shown)]).toEqual([false, url !== shown]);
});
