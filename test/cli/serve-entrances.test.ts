import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { Running } from '../support/cli-running.ts';
import { writeSelfSigned } from '../support/self-signed.ts';
import { writeProgram } from '../support/write-program.ts';

const env = { WACTL_TOKEN: 'a-token-for-the-tests' };
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const urlsOf = async (running: Running): Promise<string[]> => {
  const { urls } = await running.event(({ event }) => event === 'ready');
  return urls as string[];
};

/** The status of /healthz. */
const health = (at: { readonly socketPath: string } | { readonly url: string; readonly ca?: string }) =>
  new Promise<number | undefined>((resolve, reject) => {
    const outgoing =
      'socketPath' in at
        ? overHttp({ ...at, path: '/healthz', agent: false })
        : at.url.startsWith('https')
          ? overHttps(new URL('/healthz', at.url), { ca: at.ca, agent: false })
          : overHttp(new URL('/healthz', at.url), { agent: false });
    outgoing.once('error', reject).once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.end();
  });

describe('serve --listen unix:PATH', () => {
  it('is a socket for its user, beside another address, until the end', async () => {
    const path = join(place.home, 's');
    const running = place.start(['serve', '--json', '--listen', `unix:${path}`, '--listen', '0'], { env });
    const [socket, url = ''] = await urlsOf(running);
    expect(socket).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await health({ socketPath: path })).toBe(200);
    expect(await health({ url })).toBe(200);
    const listed = await place.run(['list', '--json', '--server', `unix:${path}`], { env });
    expect(listed).toMatchObject({ status: 0 });
    expect(await place.run(['list', '--server', `unix:${path}`])).toMatchObject({ status: 2 });
    running.kill('SIGTERM');
    await running.exited;
    expect(existsSync(path)).toBe(false);
  });

  it('replaces a socket that a killed process has left, and no other file or program', async () => {
    const path = join(place.home, 's');
    const args = ['serve', '--json', '--listen', `unix:${path}`, '--socket-mode', '660'];
    const first = place.start(args, { env });
    await urlsOf(first);
    expect(await place.run(args, { env })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('another program listens there already') as string,
    });
    expect(await health({ socketPath: path })).toBe(200);
    first.kill('SIGKILL');
    await first.exited;
    expect(existsSync(path)).toBe(true);
    const second = place.start(args, { env });
    await urlsOf(second);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(await health({ socketPath: path })).toBe(200);

    const file = join(place.home, 'file');
    await writeFile(file, 'mine');
    expect(await place.run(['serve', '--json', '--listen', `unix:${file}`], { env })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('is not a socket') as string,
    });
  });
});

describe('serve with sockets of systemd', () => {
  it('answers on each of them, and nowhere else', async () => {
    const path = join(place.home, 's');
    const servers: Server[] = [];
    for (const at of [{ host: '127.0.0.1', port: 0 }, { path: `${path}-hidden` }]) {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(at, resolve));
      servers.push(server);
    }
    const { port } = servers[0]?.address() as AddressInfo;
    const descriptors = servers.map((one) => (one as unknown as { _handle: { fd: number } })._handle.fd);
    const running = place.start(['serve', '--json'], {
      env: { ...env, LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:local' },
      under: ['sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh'],
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
    });
    // From now on they are that process's alone; Node would remove the file of what it closes.
    await rename(`${path}-hidden`, path);
    for (const server of servers) server.close();
    const url = `http://127.0.0.1:${String(port)}`;
    expect(await urlsOf(running)).toEqual([url, 'unix:(local)']);
    expect([await health({ url }), await health({ socketPath: path })]).toEqual([200, 200]);
    running.kill('SIGTERM');
    expect(await running.exited).toMatchObject({ status: 143 });
  });
});

describe('serve --tls-cert', () => {
  const subject = (url: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname: host, port } = new URL(url);
      const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.once('error', reject);
    });

  it('speaks https, and shows a new certificate after SIGHUP, if that can be used', async () => {
    const { cert: ca } = await writeSelfSigned(place.work, 'first');
    const args = ['serve', '--json', '--log-format', 'json', '--listen', '0'];
    const running = place.start([...args, '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'], { env });
    const [url = ''] = await urlsOf(running);
    expect(url).toMatch(/^https:/);
    expect(await health({ url, ca })).toBe(200);
    expect(await subject(url)).toBe('first');

    const list = ['list', '--json', '--server', url];
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: join(place.work, 'cert.pem') };
    expect(await place.run(list, { env: trusting })).toMatchObject({ status: 0 });
    const { status, stdout } = await place.run(list, { env });
    expect([status, jsonLines(stdout)[0]?.['error']]).toMatchObject([
      5,
      { hint: expect.stringContaining('NODE_EXTRA_CA_CERTS=') as string },
    ]);

    await writeSelfSigned(place.work, 'second');
    running.kill('SIGHUP');
    await running.said('"msg":"reloaded"');
    expect(await subject(url)).toBe('second');

    await writeFile(join(place.work, 'key.pem'), 'not a key');
    running.kill('SIGHUP');
    await running.said('not reloaded, what was read before is used');
    expect(await subject(url)).toBe('second');
    running.kill('SIGTERM');
    expect(await running.exited).toMatchObject({ status: 143 });
  });

  it('warns of a key that others can read, and refuses what cannot be used', async () => {
    await writeSelfSigned(place.work, 'first');
    await chmod(join(place.work, 'key.pem'), 0o644);
    const args = ['serve', '--json', '--listen', '0', '--tls-cert', 'cert.pem', '--tls-key'];
    const running = place.start([...args, 'key.pem'], { env });
    await urlsOf(running);
    await running.said('chmod 600 key.pem');
    expect(await place.run([...args, 'none.pem'], { env })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('cannot read none.pem (ENOENT)') as string,
    });
  });
});

describe('serve under systemd', () => {
  it('tells when it is ready, reloads and stops', async () => {
    const told = join(place.home, 'told');
    const program = join(place.work, 'systemd-notify');
    writeProgram(program, `#!/bin/sh\necho "$1" >> '${told}'\n`);
    const running = place.start(['serve', '--json', '--log-format', 'json', '--listen', '0'], {
      env: { ...env, NOTIFY_SOCKET: '/there', PATH: `${place.work}:${process.env['PATH'] ?? ''}` },
    });
    await urlsOf(running);
    running.kill('SIGHUP');
    await running.said('"msg":"reloaded"');
    running.kill('SIGTERM');
    expect(await running.exited).toMatchObject({ status: 143 });
    expect(readFileSync(told, 'utf8')).toBe('READY=1\nRELOADING=1\nREADY=1\nSTOPPING=1\n');
  });
});

it('serve puts no token into a log of JSON', async () => {
  const { status, stdout, stderr } = await place.run([
    'serve',
    '--json',
    '--log-format',
    'json',
    '--listen',
    '0',
  ]);
  expect([status, stdout]).toEqual([2, expect.stringContaining('a token for this run would be in the log')]);
  expect(stderr).not.toContain('wactl_');
});
