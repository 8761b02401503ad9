import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { versionCache } from '../../src/settings/version-cache.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-versions-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => join(mkdtempSync(join(parent, 'config-')), 'wactl');
const whatsapp = 'https://web.whatsapp.com';
const fetchedAt = new Date('2026-03-01T12:00:00.000Z');

test('a version comes back with its fetch time, for the same server', () => {
  const directory = newDirectory();
  versionCache(directory).keep(whatsapp, { version: '2.3000.7', fetchedAt });
  expect(versionCache(directory).read(whatsapp)).toEqual({ version: '2.3000.7', fetchedAt });
  expect(versionCache(directory).read('http://127.0.0.1:1')).toBeUndefined();
  expect(statSync(join(directory, 'whatsapp-version')).mode & 0o777).toBe(0o600);
});

test('only the version of the last sandbox is kept, and never in place of WhatsApp’s', () => {
  const cache = versionCache(newDirectory());
  for (const server of [whatsapp, 'http://127.0.0.1:1', 'http://127.0.0.1:2'])
    cache.keep(server, { version: '2.3000.7', fetchedAt });
  expect(cache.read(whatsapp)).toBeDefined();
  expect(cache.read('http://127.0.0.1:1')).toBeUndefined();
  expect(cache.read('http://127.0.0.1:2')).toBeDefined();
});

test.each([
  ['2.3000.7\n', { version: '2.3000.7', fetchedAt: null }],
  [`{"${whatsapp}":{"version":"2.3000.7"}}`, { version: '2.3000.7', fetchedAt: null }],
  [`{"${whatsapp}":{"version":"2.3000.7","fetched_at":"soon"}}`, { version: '2.3000.7', fetchedAt: null }],
  [`{"${whatsapp}":{"version":7}}`, undefined],
  [`{"${whatsapp}":null}`, undefined],
  ['[]', undefined],
  ['{', undefined],
  ['', undefined],
])('a file that says %j has %j', (content, fetched) => {
  const directory = newDirectory();
  mkdirSync(directory);
  writeFileSync(join(directory, 'whatsapp-version'), content);
  expect(versionCache(directory).read(whatsapp)).toEqual(fetched);
});
