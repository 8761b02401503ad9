import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitStatuses } from '../../src/errors.ts';
import { sessionRecord, wholeRecord } from '../../src/schema/session-record.ts';
import { firstSeed, FuzzReport, isLong, within } from '../fuzz/fuzz-report.ts';
import { hostileBody } from '../fuzz/hostile-json.ts';
import { Choices, hostileTexts } from '../fuzz/hostile-values.ts';
import { Place } from '../support/cli-place.ts';
import { grown } from '../support/fake-session.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const statuses: readonly number[] = [0, ...Object.values(exitStatuses)].filter(
  (status) => status !== exitStatuses.internal,
);
const forbidden = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const secret = 'whsec_c2VudGluZWwtb2YtdGhlLXdlYmhvb2stc2VjcmV0ISE=';
/** No argument can hold a NUL, and half a character is replaced on its way to the process. */
const words = hostileTexts.filter((text) => !/\0|\p{Surrogate}/u.test(text));

/** A server that says nothing is waited for 60 s by a command without --timeout. */
const patienceMs = 75_000;
const limit = ['--timeout', '500ms'];
const commands: readonly (readonly string[])[] = [
  ['list'],
  ['list', '--json'],
  ['show', 'a'],
  ['device', 'a'],
  ['status', 'a', ...limit],
  ['status', '--all', '--offline'],
  ['status', 'a', '--json', ...limit],
  ['create', 'a', '--no-connect', '--name', 'x'],
  ['create', '--json', ...limit],
  ['qr', 'a', '--style', 'ascii', ...limit],
  ['pair', 'a', '+15550100001', ...limit],
  ['update', 'a', '--name', 'x'],
  ['update', 'a', '--webhook-url', 'https://example.com/', '--webhook-secret', secret],
  ['webhook', 'list', 'a'],
  ['webhook', 'test', 'a'],
  ['disconnect', 'a'],
  ['restart', 'a', ...limit],
  ['logout', 'a', '-y', ...limit],
  ['delete', 'a', '-y', ...limit],
  ['config', 'list'],
  ['config', 'set', 'device_name', 'x'],
  ['config', 'get', 'proxy'],
  ['sandbox', 'devices'],
  ['sandbox', 'scan', 'x'],
  ['sandbox', 'fault', 'failure'],
];

const engine = {
  name: 'x',
  version: '1',
  whatsappVersion: '2.3000.1',
  uptimeSeconds: 1,
  rssBytes: 1,
  whatsappVersionSource: 'bundled',
  whatsappVersionFetchedAt: null,
} as const;
const answers = [
  wholeRecord(grown, engine),
  { sessions: [sessionRecord(grown)], total: 1, page: 1, per_page: 25 },
  { held: null, engine: null },
  { error: { code: 'not_found', message: 'x', hint: null, exit_status: 3 } },
  { jid: '15550100001:1@s.whatsapp.net' },
];

/** Answers each request with something else that no wactl and no sandbox would answer. */
async function hostileServer(): Promise<{ readonly port: number; readonly close: () => void }> {
  const choices = new Choices(firstSeed);
  const server = createServer((_request, response) => {
    const status = choices.of([200, 200, 200, 201, 404, 500, 302, 204]);
    const isStream = choices.chance(0.2);
    const body = hostileBody(choices, choices.of(answers));
    response.on('error', () => undefined);
    response.writeHead(status, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    if (choices.chance(0.05)) response.write(body);
    else response.end(isStream ? `data: ${body}\n\n`.repeat(3) : body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

it('hostile words, environments, settings and answers harm nothing', { timeout: 900_000 }, async () => {
  const report = new FuzzReport('inputs', firstSeed);
  const elsewhere = await hostileServer();
  const at = `127.0.0.1:${String(elsewhere.port)}`;

  const tryOne = async (seed: number): Promise<void> => {
    const choices = new Choices(seed);
    const config = join(place.home, `config-${String(seed)}`);
    const args: string[] = [...choices.of(commands)];
    const env: Record<string, string> = { WACTL_CONFIG_DIR: config, WACTL_TOKEN: 'sentinel-of-the-token' };
    const kind = choices.below(4);
    if (kind === 0) {
      const index = 1 + choices.below(args.length);
      args.splice(index, choices.below(2), choices.of([...words, `--x=${secret}`, '--', '-', '--json']));
    }
    if (kind === 1) {
      const names = [
        'WACTL_ENDPOINT',
        'WACTL_ENDPOINT_ROOT',
        'WACTL_PROXY',
        'WACTL_SERVER',
        'COLUMNS',
        'TZ',
        'WACTL_WEBHOOK_SECRET',
        'TERM',
      ];
      env[choices.of(names)] = choices.of(words).slice(0, 10_000);
    }
    if (kind === 2) {
      await mkdir(config, { mode: 0o700 });
      const settings = {
        device_name: 'x',
        proxy: `http://u:${secret}@h:1`,
        max_retries: 3,
        log_level: 'trace',
        webhook_url: 'https://x/',
      };
      await writeFile(join(config, 'config.json'), hostileBody(choices, settings), { mode: 0o600 });
    }
    if (kind === 3) {
      if (args[0] === 'sandbox') env['WACTL_ENDPOINT'] = `ws://${at}/ws/chat`;
      else env['WACTL_SERVER'] = `http://${at}`;
    }
    const running = place.start(args, { env });
    report.tried++;
    const ended = await within(patienceMs, running.exited);
    const what = `seed ${String(seed)}: ${JSON.stringify(args).slice(0, 300)} (${String(kind)})`;
    if (ended === undefined) {
      running.kill('SIGKILL');
      return report.fail('hang', what);
    }
    const { status, stdout, stderr } = ended;
    report.end(String(status));
    if (!statuses.includes(status))
      report.fail('crash', `${what}: ${String(status)} ${stderr.slice(-300)} ${stdout.slice(-300)}`);
    const said = stdout + stderr;
    if (forbidden.test(said)) report.fail('leak', `${what}: a control character`);
    if (said.includes(secret) || said.includes('sentinel-of-the-token'))
      report.fail('leak', `${what}: a secret`);
  };

  const count = isLong ? 400 : 40;
  const atOnce = 4;
  for (let seed = firstSeed; seed < firstSeed + count; seed += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, index) => tryOne(seed + index)));
  }
  elsewhere.close();
  report.print();
  expect(report.wrong).toEqual([]);
});
