import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadCrypto } from '../../src/keys/load-crypto.ts';
import { passphraseKey } from '../../src/keys/passphrase-key.ts';
import { DataKeyTable } from '../../src/store/data-key-table.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { unwrap } from '../../src/store/key-record.ts';
import { openStore } from '../../src/store/open-store.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { writeProgram } from '../support/write-program.ts';

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
  return [...inCreds, Buffer.from(preKey ?? []).subarray(-32)].flatMap(shapesOf);
}

/** The ways in which bytes could be shown. */
const shapesOf = (bytes: Buffer): string[] => [
  bytes.toString('base64'),
  bytes.toString('base64url'),
  bytes.toString('hex'),
  bytes.toString('latin1'),
  bytes.join(','),
  // As `console.log` shows a buffer.
  bytes
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
    .slice(0, 90),
];

/** The data key of a store that is sealed with a passphrase, and the key that wraps it. */
async function keysOf(passphrase: string): Promise<Buffer[]> {
  const db = openDatabase({ path: join(place.config, 'wactl.db'), busyTimeoutMs: 1_000 });
  const record = new DataKeyTable(db).read();
  db.close();
  if (!record) throw new Error('nothing is sealed');
  const { key } = await passphraseKey(passphrase, record.cost, record.salt);
  return [Buffer.from(key), Buffer.from(unwrap(loadCrypto(), record, key) ?? [])];
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

it(
  'the passphrases and the keys of the sessions reach no sink either, nor a program that wactl starts',
  {
    // Each command asks scrypt for the key.
    timeout: 120_000,
  },
  async () => {
    const passphrase = 'sentinel-of-the-passphrase';
    const files = 'sentinel-of-the-passphrase-of-files';
    const env = { WACTL_PASSPHRASE: passphrase, WACTL_EXPORT_PASSPHRASE: files, WACTL_TOKEN: token };
    const sinks: string[] = [];
    const keys: Buffer[] = [];
    const wactl = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
      const outcome = await place.run([...args, '--verbose'], { env: { ...env, ...more } });
      sinks.push(outcome.stdout, outcome.stderr);
      return outcome;
    };
    await wactl(['config', 'set', 'log_level', 'trace']);
    const pairing = place.start(['create', 'a', '--json', '--verbose'], { env });
    place.sandbox.scan(await pairing.qr());
    const made = await pairing.exited;
    expect(made.status, made.stdout).toBe(0);
    sinks.push(made.stderr);
    keys.push(...(await keysOf(passphrase)));

    const connected = await wactl(['connect', 'a', '--detach', '--json']);
    expect(connected.status, connected.stdout).toBe(0);
    const { holder } = jsonLines((await wactl(['show', 'a', '--json'])).stdout)[0] ?? {};
    const { pid } = holder as { pid: number };
    sinks.push(await surroundings(pid), await otherFiles());
    for (const args of [
      ['config', 'encryption', '--json'],
      ['doctor', '--offline', '--json'],
      ['export', 'a', '--output', 'a.age'],
      ['backup', 'b.age', '--json'],
      ['disconnect', 'a'],
      ['import', 'a.age', '--yes'],
      ['config', 'encryption', '--rotate', '--json'],
    ])
      await wactl(args);
    keys.push(...(await keysOf(passphrase)));
    for (const [args, wrong] of [
      [['config', 'encryption', '--rotate'], { WACTL_PASSPHRASE: `${passphrase}-wrong` }],
      [['import', 'a.age', '--as', 'b'], { WACTL_EXPORT_PASSPHRASE: `${files}-wrong` }],
    ] as const)
      expect((await wactl(args, wrong)).status).toBe(11);
    if (process.platform !== 'win32') {
      // A browser that tells what it is given, and may run for weeks.
      const [browser, given] = [join(place.work, 'browser'), join(place.work, 'given')];
      spawnSync('mkfifo', [given]);
      writeProgram(browser, `#!/bin/sh\nenv >'${given}'\n`);
      const showing = place.start(['create', 'c', '--web'], { env: { ...env, WACTL_BROWSER: browser } });
      const surrounding = await readFile(given, 'utf8');
      expect(surrounding).toContain('WACTL_CONFIG_DIR');
      showing.kill('SIGTERM');
      sinks.push(surrounding, (await showing.exited).stderr);
    }
    await writeFile(
      join(place.work, 'bomb.cjs'),
      `process.on('SIGUSR2', () => { throw new Error('it broke', { cause: new Error(JSON.stringify(process.env)) }); });`,
    );
    const serving = place.start(['serve', '--listen', '0', '--verbose'], {
      env: { ...env, NODE_OPTIONS: `--require ${join(place.work, 'bomb.cjs')}` },
    });
    await serving.said('serving at');
    serving.kill('SIGUSR2');
    const served = await serving.exited;
    expect(served.status).toBe(1);
    sinks.push(served.stdout, served.stderr, await otherFiles());

    expect(keys.map(({ length }) => length)).toEqual([32, 32, 32, 32]);
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(3);
    const all = sinks.join('\n');
    const secrets = [passphrase, files, token, ...keys.flatMap(shapesOf)];
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  },
);

it('secrets of webhooks reach no sink: streams, answers, logs, files', async () => {
  const secrets = ['first', 'other', 'global'].flatMap((which) =>
    ['secret', 'header', 'query'].map((what) => `sentinel-${what}-of-the-${which}-webhook`),
  );
  const [firstSecret, firstHeader, firstQuery, otherSecret, otherHeader, otherQuery] = secrets;
  const [globalSecret, globalHeader, globalQuery] = secrets.slice(6);
  const receiver = await startWebhookReceiver();
  const sinks: string[] = [];
  const wactl = async (line: string, stdin?: string): Promise<void> => {
    const { stdout, stderr } = await place.run([...line.split(' '), '--verbose'], {
      env: { WACTL_TOKEN: token },
      ...(stdin && { stdin }),
    });
    sinks.push(stdout, stderr);
  };
  const file = async (name: string, text: string | undefined): Promise<string> => {
    await writeFile(join(place.work, name), text ?? '');
    return join(place.work, name);
  };
  try {
    await place.pair('a');
    const hook = (query: string | undefined): string => `--webhook-url ${receiver.url}?key=${String(query)}`;
    const otherLine = await file('header', `X-Key: ${String(otherHeader)}`);
    await wactl(`update a ${hook(firstQuery)} --webhook-secret-file -`, firstSecret);
    await wactl('update a --webhook-header-file -', `X-Key: ${String(firstHeader)}`);
    await wactl(
      `webhook set a crm ${hook(otherQuery)} --webhook-secret-file - --webhook-header-file ${otherLine}`,
      otherSecret,
    );
    await wactl('config set global_webhook_url -', `${receiver.url}?key=${String(globalQuery)}`);
    await wactl('config set global_webhook_secret -', globalSecret);
    await wactl('config set global_webhook_headers -', `X-Key: ${String(globalHeader)}`);
    const serving = place.start(['serve', '--listen', '0', '--json', '--verbose'], {
      env: { WACTL_TOKEN: token },
    });
    const { url } = await serving.event(({ event }) => event === 'ready');
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ['', '/webhooks', '/webhook/deliveries?name=crm', '/webhook/deliveries?name=none'])
      sinks.push(await (await fetch(`${String(url)}/api/v1/sessions/a${path}`, { headers })).text());
    for (const name of ['default', 'crm', 'global']) {
      for (const status of [500, 410, 204]) {
        receiver.reply({ status });
        const test = `${String(url)}/api/v1/sessions/a/webhook/test?name=${name}`;
        sinks.push(await (await fetch(test, { method: 'POST', headers })).text());
      }
    }
    for (const line of ['show a', 'webhook show a --json', 'config list', 'webhook replay a crm --failed'])
      await wactl(line);
    await wactl(`webhook set a crm --webhook-proxy`);
    await wactl(`config set global_webhook_secret -`, 'no');
    serving.kill('SIGTERM');
    const { stdout, stderr } = await serving.exited;
    sinks.push(stdout, stderr);
  } finally {
    await receiver.close();
  }
  // They were there to be shown.
  const got = receiver.received.map(({ path, headers }) => `${path} ${String(headers['x-key'])}`).join();
  expect(
    [firstHeader, firstQuery, otherHeader, otherQuery, globalHeader, globalQuery].filter(
      (one) => !got.includes(String(one)),
    ),
  ).toEqual([]);
  expect(receiver.received.every(({ headers }) => headers['webhook-signature'] !== undefined)).toBe(true);
  expect(secrets.filter((secret) => sinks.join('\n').includes(secret))).toEqual([]);
  // Those of the session are sealed in the database; addresses of webhooks and the settings are in private files.
  const names = (await readdir(place.config)).filter((name) => name.startsWith('wactl.db'));
  const stored = await Promise.all(names.map((name) => readFile(join(place.config, name), 'latin1')));
  const sealed = [firstSecret, firstHeader, otherSecret, otherHeader].map(String);
  expect(sealed.filter((secret) => stored.join().includes(secret))).toEqual([]);
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
