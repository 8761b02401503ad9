import { expect, it } from 'vitest';
import { otherWays } from '../../src/commands/other-ways.ts';
import { world } from '../support/fake-context.ts';

it.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
  [
    'create, with every flag that was given',
    ['create', 'my-phone', '--name', "Ann's phone", '--timeout', '5m', '--webhook-url=http://h/x?a=b'],
    ['--web', '--pair'],
    [
      String.raw`wactl create my-phone --name 'Ann'\''s phone' --timeout 5m '--webhook-url=http://h/x?a=b' --web`,
      String.raw`wactl create my-phone --name 'Ann'\''s phone' --timeout 5m '--webhook-url=http://h/x?a=b' --output qr.png`,
      String.raw`wactl create my-phone --name 'Ann'\''s phone' --timeout 5m '--webhook-url=http://h/x?a=b' --pair PHONE`,
    ],
  ],
  [
    'create, without those that drew the QR',
    ['--config-dir', '/tmp/c', 'create', '--style=half-block', '--invert', '--format', 'terminal', '-v'],
    ['--web', '--pair'],
    [
      'wactl --config-dir /tmp/c create -v --web',
      'wactl --config-dir /tmp/c create -v --output qr.png',
      'wactl --config-dir /tmp/c create -v --pair PHONE',
    ],
  ],
  [
    'qr',
    ['qr', 'my', '--style', 'sextant', '--server', 'http://h:1'],
    ['--web', 'wactl pair my-phone PHONE'],
    [
      'wactl qr my --server http://h:1 --web',
      'wactl qr my --server http://h:1 --output qr.png',
      'wactl pair my --server http://h:1 PHONE',
    ],
  ],
  [
    'another command',
    ['demo'],
    ['wactl pair my-phone PHONE'],
    ['wactl qr my-phone --web', 'wactl qr my-phone --output qr.png', 'wactl pair my-phone PHONE'],
  ],
])('%s', (_name, args, short, commands) => {
  expect(otherWays({ ...world().cx, args }, 'my-phone')).toEqual({ short, commands });
});
