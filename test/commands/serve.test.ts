import { expect, it } from 'vitest';
import { parseListen, parseNames, runServe } from '../../src/commands/serve.ts';
import { InterruptedError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';

it.each([
  ['7000', { host: '127.0.0.1', port: 7000 }],
  ['0', { host: '127.0.0.1', port: 0 }],
  ['localhost:80', { host: 'localhost', port: 80 }],
  ['0.0.0.0:7764', { host: '0.0.0.0', port: 7764 }],
  ['[::1]:7764', { host: '::1', port: 7764 }],
])('--listen %s', (text, address) => {
  expect(parseListen(text)).toEqual(address);
});

it.each(['', 'x', '127.0.0.1', ':1', '::1:7764', '1:65536', '127.0.0.1:1/x'])(
  '--listen "%s" is refused',
  (text) => {
    expect(() => parseListen(text)).toThrow('invalid listen address');
  },
);

it('--allow-host takes only host names', () => {
  expect(parseNames('wa.example.com, Other-1')).toEqual(['wa.example.com', 'other-1']);
  for (const wrong of ['', 'a,', 'a:443', 'https://a'])
    expect(() => parseNames(wrong)).toThrow('invalid host name');
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
      expect(flags).toMatchObject({ host: '127.0.0.1', port: 1, allowRemote: true, hostNames: ['a'] });
      void settled().then(() => {
        flags.onEvent('x', { kind: 'qr', payload: 'secret', seq: 1, expiresAt: new Date(), rescan: false });
        flags.onEvent('x', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
        made.interrupt.abort(new InterruptedError('SIGTERM'));
        stop();
      });
      return Promise.resolve({ url: 'http://127.0.0.1:1', newToken, ended });
    },
  };
  const run = runServe(cx, { listen: { host: '127.0.0.1', port: 1 }, allowRemote: true, allowHost: ['a'] });
  expect(await outcome(run)).toBe('terminated (143): stopped by SIGTERM');
  const told = [
    'info serving at http://127.0.0.1:1',
    'info x: waiting for the QR to be scanned',
    'info x: logged in',
  ];
  if (newToken !== null)
    told.splice(1, 0, 'told: the token for this run, not shown again:', `told: ${newToken}`);
  expect(made.io.stderr).toEqual(told);
  expect(made.io.stdout.map((line) => JSON.parse(line) as unknown)).toEqual(
    json
      ? [
          { event: 'ready', url: 'http://127.0.0.1:1', pid: 4711 },
          { event: 'status', id: 'x', status: 'waiting_for_qr', is_logged_in: false },
          { event: 'status', id: 'x', status: 'logged_in', is_logged_in: true },
        ]
      : [],
  );
});
