import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';

const token = 'sentinel-of-the-token-0123456789abcdef';
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(async () => {
  await place.run(['disconnect', '--all']);
  await place.remove();
});

/** Each text that is a private half of a key, or a secret shared with the phone, in the ways in which it could be shown. */
async function credentialTexts(id: string): Promise<string[]> {
  const store = openStore({ directory: place.config });
  const creds = Buffer.from((await store.readCreds(id)) ?? []).toString();
  const [preKey] = (await store.readKeys(id, 'pre-key', ['1', '2', '3'])).values();
  await store.close();
  const inCreds = [...creds.matchAll(/"(?:private|advSecretKey)":(?:\{[^}]*"data":)?"([^"]+)"/g)].map(
    ([, text]) => Buffer.from(text ?? '', 'base64'),
  );
  // Noise key, identity key, signed pre-key and ADV secret; a pre-key's private half is its end.
  expect(inCreds.length).toBeGreaterThanOrEqual(4);
  expect(preKey).toBeDefined();
  return [...inCreds, Buffer.from(preKey ?? []).subarray(-32)].flatMap((bytes) => [
    bytes.toString('base64'),
    bytes.toString('hex'),
    bytes.toString('latin1'),
    // As `console.log` shows a buffer.
    bytes
      .toString('hex')
      .replace(/..(?=.)/g, '$& ')
      .slice(0, 90),
  ]);
}

/** What every program of this user, and for argv every user, can see of a process. */
async function surroundings(pid: number): Promise<string> {
  if (process.platform !== 'linux') return '';
  const parts = ['cmdline', 'environ'].map((part) => readFile(`/proc/${String(pid)}/${part}`, 'latin1'));
  return (await Promise.all(parts)).join('\n');
}

/** The content of every file below the home that is no part of the database, temporary ones among them. */
async function otherFiles(): Promise<string> {
  const entries = await readdir(place.home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('wactl.db'));
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))).join(
    '\n',
  );
}

it('credentials, keys and QR texts reach no sink: streams, logs, argv, environment, files', async () => {
  const sinks: string[] = [];
  const wactl = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await place.run([...args, '--verbose'], { env: { WACTL_TOKEN: token } });
    sinks.push(stdout, stderr);
    return stdout;
  };
  const pairing = place.start(['create', 'a', '--json', '--verbose']);
  const qr = await pairing.qr();
  sinks.push(await otherFiles());
  place.sandbox.scan(qr);
  const made = await pairing.exited;
  sinks.push(made.stdout.replaceAll(qr, ''), made.stderr);

  const serving = place.start(['serve', '--listen', '0', '--json', '--verbose'], {
    env: { WACTL_TOKEN: token },
  });
  const { url } = await serving.event(({ event }) => event === 'ready');
  const ask = async (method: string, path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${String(url)}${path}`, { method, headers })).text();
  };
  await ask('POST', '/api/v1/sessions/a/connect');
  for (const path of ['/api/v1/sessions', '/api/v1/sessions/a/status', '/metrics', '/openapi.json'])
    sinks.push(await ask('GET', path));
  for (const args of [
    ['show', 'a', '--json'],
    ['status', 'a', '--json'],
    ['device', 'a'],
    ['list', '--json'],
  ])
    await wactl(...args);
  await wactl('doctor', '--offline');
  await wactl('doctor', '--offline', '--json');
  serving.kill('SIGTERM');
  const served = await serving.exited;
  sinks.push(served.stdout, served.stderr);

  await wactl('connect', 'a', '--detach', '--json');
  const { holder } = jsonLines(await wactl('show', 'a', '--json'))[0] ?? {};
  sinks.push(await surroundings((holder as { pid: number }).pid));
  await wactl('disconnect', 'a');
  const again = place.start(['create', 'b', '--json', '--verbose']);
  const unused = await again.qr();
  again.kill('SIGKILL');
  sinks.push((await again.exited).stderr, await otherFiles());

  const [ref = '', , , advSecret = ''] = qr.split(',');
  const [unusedRef = '', , , unusedSecret = ''] = unused.split(',');
  const secrets = [...(await credentialTexts('a')), ref, advSecret, unusedRef, unusedSecret, token];
  expect(secrets.filter((secret) => secret.length < 16)).toEqual([]);
  const all = sinks.join('\n');
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  // A pairing that did not come to its end leaves nothing in the database either.
  const stored = (await place.stored()).toString('latin1');
  expect([unusedRef, unusedSecret].filter((secret) => stored.includes(secret))).toEqual([]);
});

it.each([1, 2, 3])('%i uncaught errors show their words, and nothing that they carry', async (times) => {
  const bomb = join(place.work, 'bomb.cjs');
  await writeFile(
    bomb,
    `const { WACTL_TOKEN: token } = process.env;
     process.on('SIGUSR2', () => {
       for (let n = 0; n < ${String(times)}; n++)
         setImmediate(() => { throw Object.assign(new Error('it broke', { cause: new Error(token) }), { data: { token } }); });
     });`,
  );
  const env = { WACTL_TOKEN: token, NODE_OPTIONS: `--require ${bomb}` };
  const serving = place.start(['serve', '--listen', '0', '--verbose'], { env });
  await serving.said('serving at');
  serving.kill('SIGUSR2');
  const { status, stdout, stderr } = await serving.exited;
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('this is a bug: it broke');
  expect(stderr).not.toContain(token);
});

it('credentials that are no JSON are refused without a word of them', async () => {
  await place.pair('a');
  const store = openStore({ directory: place.config });
  await store.write('a', { creds: Buffer.from(`${token}, not JSON`) });
  await store.close();
  for (const args of [
    ['status', 'a', '--verbose'],
    ['connect', 'a', '--json', '--verbose'],
    ['logout', 'a', '--yes', '--verbose'],
    ['doctor', '--offline', '--json'],
  ]) {
    const { stdout, stderr } = await place.run(args);
    expect(`${stdout}${stderr}`).not.toContain(token.slice(0, 8));
  }
  expect((await place.run(['status', 'a'])).status).toBe(11);
});
