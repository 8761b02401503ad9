import { expect, test } from 'vitest';
import { isRedacted, redactUrl } from '../../src/domain/redact.ts';

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['socks5://user:secret@host:1080', 'socks5://user:***@host:1080'],
  ['http://user:p@ss:word@host/', 'http://user:***@host/'],
  ['https://token@host', 'https://***@host'],
  ['http://:secret@host', 'http://:***@host'],
  ['https://host/a@b', 'https://host/a@b'],
  ['https://host/a@b?c=@d', 'https://host/a@b?***'],
  ['https://user:a@host/path?token=x#y', 'https://user:***@host/path?***'],
  ['https://host/#token', 'https://host/#***'],
  ['https://host/?', 'https://host/?'],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
  expect([isRedacted(url), isRedacted(shown)]).toEqual([false, url !== shown]);
});
