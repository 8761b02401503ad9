import { expect, it } from 'vitest';
import { browserCommand } from '../../src/page/open-browser.ts';

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
