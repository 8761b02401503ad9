import { expect, it } from 'vitest';
import { anotherListen, parseListen } from '../../src/commands/listen-flag.ts';
import { parseNames, runServe } from '../../src/commands/serve.ts';
import { InterruptedError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';

it.each([
  ['7000', { host: '127.0.0.1', port: 7000 }],
  ['0', { host: '127.0.0.1', port: 0 }],
  ['localhost:80', { host: 'localhost', port: 80 }],
  ['0.0.0.0:7764', { host: '0.0.0.0', port: 7764 }],
  ['[::1]:7764', { host: '::1', port: 7764 }],
  ['unix:/run/wactl.sock', { path: '/run/wactl.sock' }],
  ['unix:here:1', { path: 'here:1' }],
])('--listen %s', (text, address) => {
  expect(parseListen(text)).toEqual(address);
});

it.each(['', 'x', '127.0.0.1', ':1', '::1:7764', '1:65536', '127.0.0.1:1/x', 'unix:', 'unix:@abstract'])(
  '--listen "%s" is refused',
  (text) => {
    expect(() => parseListen(text)).toThrow('invalid listen address');
  },
);

it('--listen may be given again', () => {
  expect(anotherListen('unix:/s', anotherListen('80'))).toEqual([
    { host: '127.0.0.1', port: 80 },
    { path: '/s' },
  ]);
});

it('--allow-host takes only host names', () => {
  expect(parseNames('wa.example.com, Other-1')).toEqual(['wa.example.com', 'other-1']);
  for (const wrong of ['', 'a,', 'a:443', 'https://a'])
    expect(() => parseNames(wrong)).toThrow('invalid host name');
});

const options = {
  listen: [{ host: '127.0.0.1', port: 1 }, { path: '/s' }],
  socketMode: '660',
  allowRemote: true,
  allowHost: ['a'],
  page: false,
  sessionMetrics: true,
} as const;

it('--tls-cert and --tls-key are given together', async () => {
  const { cx } = world();
  for (const one of [{ tlsCert: 'c' }, { tlsKey: 'k' }]) {
    expect(await outcome(runServe(cx, { ...options, ...one }))).toContain('a certificate needs its key');
  }
});

it.each([
  [false, 'wactl_new'],
  [true, null],
])('says where it serves and what happens, until it is stopped (json: %s)', async (json, newToken) => {
  const made = world({ io: { json } });
  let stop: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (stop = resolve));
  const cx: typeof made.cx = {
    ...made.cx,
    serve(flags) {
      expect(flags).toMatchObject({
        listen: options.listen,
        allowRemote: true,
        hostNames: ['a'],
        page: false,
        socketMode: 0o660,
      });
      void settled().then(() => {
        flags.onEvent('x', { kind: 'qr', payload: 'secret', seq: 1, expiresAt: new Date(), rescan: false });
        flags.onEvent('x', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
        made.interrupt.abort(new InterruptedError('SIGTERM'));
        stop();
      });
      const urls = ['http://127.0.0.1:1', 'unix:/s'];
      return Promise.resolve({ urls, newToken, ended });
    },
  };
  const run = runServe(cx, options);
  expect(await outcome(run)).toBe('terminated (143): stopped by SIGTERM');
  const told = [
    'info serving at http://127.0.0.1:1',
    'info serving at unix:/s',
    'info x: waiting for the QR to be scanned',
    'info x: logged in',
  ];
  if (newToken !== null)
    told.splice(2, 0, 'told: the token for this run, not shown again:', `told: ${newToken}`);
  expect(made.io.stderr).toEqual(told);
  expect(made.io.stdout.map((line) => JSON.parse(line) as unknown)).toEqual(
    json
      ? [
          {
            event: 'ready',
            url: 'http://127.0.0.1:1',
            urls: ['http://127.0.0.1:1', 'unix:/s'],
            pid: 4711,
          },
          { event: 'status', id: 'x', status: 'waiting_for_qr', is_logged_in: false },
          { event: 'status', id: 'x', status: 'logged_in', is_logged_in: true },
        ]
      : [],
  );
});
