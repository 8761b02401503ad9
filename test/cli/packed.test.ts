import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { consumerProject } from '../support/consumer-project.ts';
import type { ConsumerProject } from '../support/consumer-project.ts';
import { installPacked } from '../support/install-packed.ts';
import type { Installed } from '../support/install-packed.ts';
import { containerWords } from '../support/deploy-files.ts';
import { Place } from '../support/cli-place.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';

let folder: string;
let installed: Installed;
let place: Place;
let programs: ConsumerProject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wactl-installed-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  installed = await installPacked(join(inject('wactl'), '../..'), folder, env);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  place = await Place.make();
  place.wactl = installed.wactl;
});
afterEach(() => place.remove());

it('the tarball has the program, its pages, and the licences of what is bundled', () => {
  const kinds = new Set(installed.files.map((path) => path.replace(/\/.*/, '')));
  expect([...kinds].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json']);
  expect(installed.files).toContain('dist/LICENSES.txt');
});

it('the tarball has no source, test, map or key', () => {
  expect(
    installed.files.filter((path) => /\.(ts|map|test\.js|db|key|pem)$|^(src|test|docs)\//.test(path)),
  ).toEqual([]);
});

it('an install brings the native part for this system, 3 packages and 25 MB at most, and runs no script', () => {
  expect(installed.packages.length, installed.packages.join()).toBeLessThanOrEqual(3);
  expect(installed.packages.every((name) => name === 'wactl' || name.startsWith('@libsql/'))).toBe(true);
  expect(installed.scripts).toEqual([]);
  expect(installed.megabytes).toBeLessThan(25);
});

it('the SBOM has each package once, bundled or installed, with its licence and checksum', async () => {
  const { sbom } = installed;
  expect([sbom.bomFormat, sbom.specVersion]).toEqual(['CycloneDX', '1.6']);
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const references = sbom.components.map((one) => one['bom-ref']);
  expect(new Set(references).size).toBe(references.length);
  expect(sbom.dependencies).toMatchObject([{ dependsOn: references }]);
  for (const one of sbom.components) {
    const name = one.group === undefined ? one.name : `%40${one.group.slice(1)}/${one.name}`;
    expect(one).toMatchObject({ type: 'library', purl: `pkg:npm/${name}@${one.version}` });
    expect(one.licenses).toHaveLength(1);
    expect(one.hashes?.[0]).toMatchObject({
      alg: 'SHA-512',
      content: expect.stringMatching(/^[0-9a-f]{128}$/) as string,
    });
  }
  const delivered = (how: string) =>
    sbom.components
      .filter(({ properties }) => properties.some(({ value }) => value === how))
      .map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
  const bundled = delivered('bundled');
  // The same as in the file with the licences; and what is bundled is not installed a second time.
  const licences = await readFile(join(installed.wactl, '../../dist/LICENSES.txt'), 'utf8');
  // Below each line: the names of those with the same text, then that text.
  const named = licences
    .split(`${'-'.repeat(80)}\n\n`)
    .slice(1)
    .flatMap((part) => (part.split('\n\n')[0] ?? '').split('\n').map((line) => line.split(' ')[0]));
  expect([...new Set(named)].sort()).toEqual([...new Set(bundled)].sort());
  expect(bundled.filter((name) => installed.packages.includes(name))).toEqual([]);
  expect(
    installed.packages.filter((name) => name !== 'wactl' && !delivered('installed').includes(name)),
  ).toEqual([]);
});

it('the installed program gives the tour', async () => {
  const { status, stderr } = await place.run(['demo']);
  expect(status, stderr).toBe(0);
  expect(stderr).toContain('is logged in');
});

it('the installed program stores settings', async () => {
  expect(await place.run(['config', 'set', 'device_name', 'Laptop'])).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(await place.run(['config', 'get', 'device_name'])).toMatchObject({ stdout: 'Laptop\n' });
});

it('the installed program says how to get what the keyring needs', async () => {
  expect(await place.run(['config', 'encryption', '--to', 'keyring'])).toMatchObject({
    status: 11,
    stderr: `wactl: error: wactl needs @napi-rs/keyring to use the keyring, and it is not installed
wactl: hint: install it where wactl is: npm install -g @napi-rs/keyring@2
`,
  });
});

it('the installed program draws a QR on a terminal, in colour', async () => {
  const terminal = await place.terminal(['create', 'a'], { columns: 120, rows: 40 }, { FORCE_COLOR: '1' });
  await terminal.waitFor(() => /renews in \d+ s/.test(terminal.text()) && /[▄▀█]{3}/.test(terminal.text()));
});

it('the installed program serves the API, its description and its metrics', async () => {
  const env = { WACTL_TOKEN: 'a-token-for-the-tests' };
  const running = place.start(['serve', '--listen', '0', '--json'], { env });
  const { url } = await running.event(({ event }) => event === 'ready');
  const headers = { authorization: `Bearer ${env.WACTL_TOKEN}` };
  for (const path of ['/healthz', '/openapi.json', '/metrics', '/api/v1/sessions']) {
    const answer = await fetch(new URL(path, String(url)), { headers });
    expect([path, answer.status]).toEqual([path, 200]);
    await answer.text();
  }
});

it('the command line of the container serves, and its health check sees that', async () => {
  const env = { WACTL_TOKEN: 'a-token-for-the-tests' };
  const here = (word: string): string => word.replace('0.0.0.0:7764', '0.0.0.0:0');
  const running = place.start([...containerWords('CMD').map(here), '--json'], { env });
  const { url } = await running.event(({ event }) => event === 'ready');
  const { port } = new URL(String(url));
  const [node, ...check] = containerWords('HEALTHCHECK CMD');
  expect(node).toBe('node');
  const checked = async (at: string): Promise<number | null> => {
    const child = spawn(
      process.execPath,
      check.map((word) => word.replace('7764', at)),
    );
    const [status] = (await once(child, 'close')) as [number | null];
    return status;
  };
  expect(await checked(port)).toBe(0);
  running.kill('SIGTERM');
  expect(await running.exited).toMatchObject({ status: 143 });
  expect(await checked(port)).toBe(1);
});

it('the installed program signs and delivers webhooks', async () => {
  const receiver = await startWebhookReceiver();
  try {
    await place.pair('a', '--webhook-url', receiver.url, '--webhook-secret', webhookSecret);
    expect(await place.run(['webhook', 'test', 'a', '--json'])).toMatchObject({ status: 0 });
    expect(receiver.received.at(-1)).toMatchObject({ verified: true });
  } finally {
    await receiver.close();
  }
});

it.each([
  ['HTTP', startHttpProxy],
  ['SOCKS', startSocksProxy],
])('the installed program asks WhatsApp through a proxy for %s', async (_, startProxy) => {
  await place.pair('a');
  const proxy = await startProxy();
  try {
    expect(await place.run(['update', 'a', '--proxy', proxy.url])).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
    expect(proxy.targets).toEqual([new URL(place.sandbox.endpoint).host]);
  } finally {
    await proxy.close();
  }
});

describe('a project in TypeScript with the installed wactl/baileys', () => {
  it.each([
    ['6.7', 'baileys-6'],
    ['7', '@whiskeysockets/baileys'],
  ])('compiles as an ES module and as CommonJS with Baileys %s', { timeout: 120_000 }, async (_, baileys) => {
    programs = await consumerProject(folder, baileys);
    expect(programs.said).toEqual([]);
  });

  it('logs in as an ES module and as CommonJS', { timeout: 60_000 }, async () => {
    await place.pair('shop');
    for (const program of [programs.esm, programs.cjs]) {
      const { status, stdout, stderr } = await place.script(program).exited;
      expect([status, stdout], stderr).toEqual([0, expect.stringContaining('online shop connecting null\n')]);
      expect(stdout).toContain('not_found string\n');
    }
    expect(place.sandbox.devices).toMatchObject([{ logins: 3, maxConnections: 1 }]);
  });
});
