import { expect, it } from 'vitest';
import { byQr, createAgain } from '../../src/commands/create-again.ts';

it.each([
  ['create a', 'wactl create a'],
  ['create', 'wactl create a'],
  ['create a --web --quiet', 'wactl create a --web --quiet'],
  ['--config-dir /tmp/x create --format svg', 'wactl --config-dir /tmp/x create a --format svg'],
  ["create a --name|Anna's shop", "wactl create a --name 'Anna'\\''s shop'"],
  ['create a --pair +15550100001', 'wactl create a --pair +15550100001'],
  ['create a --pair +15550100001 --code ABCDEFGH', 'wactl create a, and the same flags'],
  ['create a --code=ABCDEFGH', 'wactl create a, and the same flags'],
  ['create a --proxy=socks5://user:password@127.0.0.1:1', 'wactl create a, and the same flags'],
  // A process in the background pairs what another command has created.
  ['qr a --withdraw', 'wactl create a'],
])('%s is offered again as %s', (line, again) => {
  expect(createAgain(line.split(/[ |](?!shop)/), 'a')).toBe(again);
});

it.each([
  ['create a --pair +15550100001 --code ABCDEFGH --name b', 'create a --name b'],
  ['create a --pair=+15550100001 --no-push-notification', 'create a'],
  ['create a --code-file - --pair 1', 'create a'],
])('%s is offered by QR as %s', (line, again) => {
  expect(byQr(line.split(' ')).join(' ')).toBe(again);
});
