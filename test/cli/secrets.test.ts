import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import { startHttpProxy } from '../support/proxies.ts';
import { closedPort } from '../support/closed-port.ts';

const key = Buffer.from('sentinel-of-the-webhook-secret!!');
/** Each is given to the program, and none may be seen anywhere but where it is meant for. */
const secrets = {
  webhook: `whsec_${key.toString('base64')}`,
  query: 'sentinel-of-the-query',
  receiver: 'sentinel-of-the-receiver',
  proxy: 'sentinel-of-the-proxy',
  code: 'SENT2NEL',
  token: 'sentinel-of-the-token-0123456789abcdef',
};
const seen = (text: string): string[] =>
  Object.entries({ ...secrets, dashed: 'SENT-2NEL', key: key.toString() })
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name);

const onLinux = process.platform === 'linux';
const phone = '15550100001';
const env = { WACTL_TOKEN: secrets.token };
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(async () => {
  await place.run(['disconnect', '--all']);
  await place.remove();
});

const logs = async (): Promise<string> => {
  const directory = join(place.config, 'logs');
  const files = await readdir(directory);
  return (await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))).join('\n');
};

/** What other users of the machine (argv), or the same user, can see of a process. */
const surroundings = async (pid: unknown): Promise<string> => {
  if (!onLinux) return '';
  const parts = ['cmdline', 'environ'].map((part) => readFile(`/proc/${String(pid)}/${part}`, 'utf8'));
  return (await Promise.all(parts)).join('\n');
};

it('no secret reaches a sink: output, logs, argv and environment of processes in the background', async () => {
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(place.work, name), `${content}\n`);
    return name;
  };
  const proxy = await startHttpProxy({ password: secrets.proxy });
  const proxyFile = await file('proxy', proxy.url);
  const hook = `http://ada:${secrets.receiver}@127.0.0.1:${String(closedPort)}/hook?token=${secrets.query}`;
  const sinks: string[] = [];
  const wactl = async (args: readonly string[], stdin?: string) => {
    const outcome = await place.run(args, { env, ...(stdin === undefined ? {} : { stdin }) });
    sinks.push(outcome.stdout, outcome.stderr);
    return outcome;
  };

  const codeFile = await file('code', secrets.code);
  const create = ['create', 'a', '--pair', `+${phone}`, '--code-file', codeFile, '--proxy-file', proxyFile];
  const webhook = ['--webhook-url', hook, '--webhook-secret-file', '-'];
  const made = await place.run([...create, ...webhook, '--detach', '--json', '-v'], {
    env,
    stdin: `${secrets.webhook}\n`,
  });
  expect(made.status, made.stdout).toBe(0);
  const { code, pid } = jsonLines(made.stdout)[0] ?? {};
  expect(code).toBe('SENT-2NEL');
  // Who asks for a pairing gets its code, on stdout alone.
  sinks.push(made.stdout.replace('SENT-2NEL', ''), made.stderr, await surroundings(pid));
  await place.sandbox.enterCode(phone, secrets.code);
  const expecting = ['status', 'a', '--expect', 'logged_in', '--timeout', '20s', '-v'];
  expect((await wactl(expecting)).status).toBe(0);

  const connected = await wactl(['connect', 'a', '--detach', '--json', '-v']);
  expect(connected.status, connected.stdout).toBe(0);
  const { holder } = jsonLines((await wactl(['show', 'a', '--json', '-v'])).stdout)[0] ?? {};
  sinks.push(await surroundings((holder as { pid: number }).pid));
  expect((await wactl(['webhook', 'test', 'a'])).status).toBe(5);
  await wactl(['webhook', 'test', 'a', '--json']);
  for (const args of [
    ['show', 'a'],
    ['list', '--json'],
    ['webhook', 'list', 'a'],
    ['status', 'a', '--json', '-v'],
  ]) {
    await wactl(args);
  }
  await wactl(['disconnect', 'a']);
  await proxy.close();
  expect((await wactl(['status', 'a', '-v'])).status).toBe(5);
  sinks.push(await logs());
  expect(sinks.flatMap(seen)).toEqual([]);
  // They were not lost on the way, and those that the database seals are not readable in its files.
  expect(seen((await place.storedAsIs()).toString('latin1'))).toEqual(['query', 'receiver']);
  const kept = seen((await place.stored()).toString('latin1'));
  expect(kept).toEqual(expect.arrayContaining(['webhook', 'query', 'receiver', 'proxy']));
});

it.each([
  [['create', 'a', `--webhok-secret=${secrets.webhook}`], "unknown option '--webhok-secret'"],
  [['create', 'a', `-x${secrets.webhook}`], "unknown option '-x'"],
  [['status', 'a', '--timeout', `--x=${secrets.webhook}`], 'invalid duration "--x=…"'],
  [['list', '--status', `--x=${secrets.webhook}`], 'invalid status "--x=…"'],
  [['pair', 'a', `+${phone}`, secrets.code], "too many arguments for 'pair'"],
  [
    ['create', 'a', '--webhook-url', 'https://a.example/', '--webhook-secret', `${secrets.webhook}%`],
    'webhook secret',
  ],
  [['create', 'a', '--pair', `+${phone}`, '--code', `${secrets.code}2`], 'pairing code'],
  [['create', 'a', '--proxy', `ada:${secrets.proxy}`], 'proxy address'],
  [['create', 'a', '--webhook-url', `ftp://ada:${secrets.receiver}@x/?${secrets.query}`], 'webhook address'],
  [['config', 'set', 'proxy', `ada:${secrets.proxy}`], 'proxy address'],
  [['config', 'set', 'webhook_url', `ftp://${secrets.receiver}@x`], 'webhook address'],
])('an error message does not contain the secret: %j', async (args, message) => {
  const { status, stderr, stdout } = await place.run(args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(seen(stderr)).toEqual([]);
});
