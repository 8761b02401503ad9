import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { browserCommand, openBrowser } from '../../src/page/open-browser.ts';
import { writeProgram } from '../support/write-program.ts';

it.each([
  ['linux', {}, undefined],
  ['linux', { DISPLAY: ':0' }, ['xdg-open']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
  ['linux', { DISPLAY: '' }, undefined],
  ['freebsd', { DISPLAY: ':0' }, ['xdg-open']],
  ['darwin', {}, ['open']],
  ['darwin', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, undefined],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
  ['win32', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, undefined],
  ['linux', { WACTL_BROWSER: 'firefox' }, ['firefox']],
  ['linux', { DISPLAY: ':0', WACTL_BROWSER: '' }, undefined],
  ['darwin', { WACTL_BROWSER: '' }, undefined],
])('on %s with %j an address is opened by %j', (platform, env, command) => {
  expect(browserCommand(platform, env)).toEqual(command);
});

it.skipIf(process.platform === 'win32')('a browser gets no variable that may hold a secret', async () => {
  const place = await mkdtemp(join(tmpdir(), 'browser-'));
  const [browser, given] = [join(place, 'browser'), join(place, 'given')];
  spawnSync('mkfifo', [given]);
  writeProgram(browser, '#!/bin/sh\nenv >"$1"\n');
  const secrets = {
    WACTL_TOKEN: 'sentinel-1',
    WACTL_PROXY: 'http://user:sentinel-2@127.0.0.1:1',
    WACTL_WEBHOOK_SECRET: 'sentinel-3',
    WACTL_PASSPHRASE: 'sentinel-4',
    WACTL_EXPORT_PASSPHRASE: 'sentinel-5',
    WACTL_STORE: 'postgres://user:sentinel-6@db.example.com/wactl',
    PGPASSWORD: 'sentinel-7',
  };
  const env = { PATH: process.env['PATH'], WACTL_BROWSER: browser, ...secrets };
  expect(await openBrowser(given, 'linux', env)).toBe(true);
  const surrounding = await readFile(given, 'utf8');
  await rm(place, { recursive: true });
  expect(surrounding).toContain('WACTL_BROWSER=');
  expect(surrounding.match(/sentinel-\d/g) ?? []).toEqual([]);
});
