import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { firstSeed, FuzzReport, isLong, within } from '../fuzz/fuzz-report.ts';
import { sendHostile } from '../fuzz/hostile-request.ts';
import type { Target } from '../fuzz/hostile-request.ts';
import { Choices } from '../fuzz/hostile-values.ts';
import { Place } from '../support/cli-place.ts';

const token = 'sentinel-of-the-token-0123456789abcdef';
const session = '/api/v1/sessions/a';
const paths = [
  ...['/', '/healthz', '/metrics', '/openapi.json', '/api/v1/sessions', '/api/v1/holder', '/api/v1/events'],
  ...[
    '',
    '/qr',
    '/pair',
    '/status',
    '/holder',
    '/events',
    '/webhook/look',
    '/webhook/test',
    '/webhook/deliveries',
  ].map((rest) => `${session}${rest}`),
  ...['/connect', '/disconnect', '/restart', '/logout'].map((rest) => `${session}${rest}`),
];
const webhook = { url: 'https://example.com/', events: ['message'], secret: null, via_proxy: false };
const bodies = [
  { id: 'a', name: 'Ada', connect: false, webhook, proxy: 'http://127.0.0.1:1' },
  { phone_number: '+15550100001', code: 'ABCDEFGH', show_push_notification: true },
  { name: 'x', webhook, wants_online: true },
  {},
];
const orders = [
  'scan',
  'show',
  'show-code',
  'enter-code',
  'unlink',
  'send-text',
  'fault',
  'clear-faults',
  'account',
  'status',
];
const orderBodies = [
  { qr: '2@x,y,z', phone: '15550100001' },
  { phone: '15550100001', code: 'ABCDEFGH' },
  { device: '15550100001:1', text: 'hello', from: '15550109999' },
  { kind: 'failure', code: 401, times: 1, on: 'login' },
  { phone: '15550100001', account: { pushName: 'x' } },
];

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const isLinux = process.platform === 'linux';
const limitMb = 600;

async function residentMb(pid: number): Promise<number> {
  if (!isLinux) return 0;
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

it(
  'hostile requests harm neither serve, nor its private socket, nor the sandbox',
  { timeout: 300_000 },
  async () => {
    const report = new FuzzReport('requests', firstSeed);
    await place.run(['create', 'a', '--no-connect']);
    // A session of its own that keeps the private socket there.
    await place.pair('b');
    await place.run(['connect', 'b', '--detach']);
    const [socket = ''] = (await readdir(join(place.config, 'run'))).filter((name) => name.endsWith('.sock'));
    const serving = place.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
    const ready = await serving.event(({ event }) => event === 'ready');
    const url = new URL(String(ready['url']));
    const sandbox = new URL(place.sandbox.endpoint.replace('ws:', 'http:'));
    const targets: readonly Target[] = [
      { at: { host: '127.0.0.1', port: Number(url.port) }, host: url.host, token, paths, bodies },
      { at: { path: join(place.config, 'run', socket) }, host: 'wactl', token: '', paths, bodies },
      {
        at: { host: '127.0.0.1', port: Number(sandbox.port) },
        host: sandbox.host,
        token: '',
        paths: [...orders.map((name) => `/sandbox/${name}`), '/sandbox/', '/a'],
        bodies: orderBodies,
      },
    ];
    const rounds = isLong ? 10 : 2;
    for (let round = 0; round < rounds; round++) {
      for (const [index, target] of targets.entries()) {
        const seed = firstSeed + round * 10 + index;
        const choices = new Choices(seed);
        const statuses = await Promise.all(
          Array.from({ length: 10 }, () => sendHostile(report, choices, target)),
        );
        for (const status of statuses) {
          if (status === 500) report.fail('crash', `seed ${String(seed)}: an answer is 500`);
        }
      }
      const health = await within(10_000, fetch(new URL('/healthz', url)));
      if (health === undefined) report.fail('hang', `round ${String(round)}: /healthz does not answer`);
      const memory = await residentMb(Number(ready['pid']));
      if (memory > limitMb) report.fail('crash', `round ${String(round)}: ${String(memory)} MB`);
    }
    const shown = await place.run(['show', 'b', '--json']);
    if (shown.status !== 0) report.fail('crash', 'the private socket does not answer any more');
    serving.kill('SIGTERM');
    const ended = await within(20_000, serving.exited);
    if (ended?.status !== 143) report.fail('hang', `serve ended with ${String(ended?.status)}`);
    await place.run(['disconnect', '--all']);
    const said = `${ended?.stdout ?? ''}${ended?.stderr ?? ''}`;
    if (said.includes('this is a bug')) report.fail('crash', said.slice(-500));
    if (said.includes(token)) report.fail('leak', 'the token was said');
    report.print();
    expect(report.wrong).toEqual([]);
  },
);
