import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startEngine } from '../support/engine.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import type { TestProxy } from '../support/proxies.ts';

let sandbox: Sandbox;
let proxy: TestProxy | undefined;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await sandbox.close();
});

const sandboxAddress = () => new URL(sandbox.endpoint).host;

describe('a session behind a proxy', () => {
  it.each([
    ['http', () => startHttpProxy()],
    ['http with a password', () => startHttpProxy({ password: 'p@ss:word' })],
    ['socks5', () => startSocksProxy()],
  ])('pairs through %s, restart and all', async (_, start) => {
    proxy = await start();
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' }, proxy.url);
    sandbox.scan((await until('qr')).payload);
    await until('logged_in');
    await connection.close();
    expect(proxy.targets).toEqual([sandboxAddress(), sandboxAddress()]);
  });

  it.each([
    ['an http proxy that answers 403', () => startHttpProxy({ refuse: 403 })],
    ['an http proxy that answers 502', () => startHttpProxy({ refuse: 502 })],
    ['a socks5 proxy that refuses', () => startSocksProxy({ refuse: true })],
  ])('fails with proxy_failed behind %s, and nothing goes around it', async (_, start) => {
    proxy = await start();
    const engine = await startEngine(sandbox);
    const { closed } = engine.connect({ kind: 'pair_by_qr' }, proxy.url);
    expect(await closed).toMatchObject({ reason: 'proxy_failed' });
    expect(sandbox.events.past).toEqual([]);
  });

  it('fails with proxy_failed when the proxy is gone, needs a password, or is none', async () => {
    const engine = await startEngine(sandbox);
    const gone = await startHttpProxy();
    await gone.close();
    const goneSocks = await startSocksProxy();
    await goneSocks.close();
    proxy = await startHttpProxy({ password: 'secret' });
    const noPassword = proxy.url.replace(/user.*@/, '');
    for (const url of [gone.url, goneSocks.url, noPassword, 'ftp://127.0.0.1:1', 'nonsense']) {
      expect(await engine.connect({ kind: 'pair_by_qr' }, url).closed).toMatchObject({
        reason: 'proxy_failed',
      });
    }
    expect(sandbox.events.past).toEqual([]);
  });

  it('can be given up while the proxy says nothing', async () => {
    const silent = createServer();
    silent.on('connect', (_request, socket) => void socket.on('error', () => undefined));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const asked = once(silent, 'connect');
    const engine = await startEngine(sandbox);
    const { connection, closed } = engine.connect({ kind: 'pair_by_qr' }, `http://127.0.0.1:${port}`);
    const [, socket] = (await asked) as [unknown, Socket];
    socket.on('end', () => socket.end());
    const cut = once(socket.resume(), 'close');
    await connection.close();
    expect(await closed).toMatchObject({ reason: 'ended_here' });
    await cut;
    silent.close();
  });
});

describe('the version of WhatsApp Web', () => {
  let server: Server;
  let page: { status: number; body: string };

  beforeEach(async () => {
    server = createServer((request, response) => {
      response
        .writeHead(request.url === '/sw.js' ? page.status : 404, { connection: 'close' })
        .end(page.body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => void server.close());

  const session = (proxyUrl: string | null = null) => ({
    proxy: proxyUrl,
    endpoint: {
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`,
      rootKey: sandbox.rootKey,
    },
  });

  it('is fetched, used, and kept when it is newer', async () => {
    const kept: string[] = [];
    const versionCache = { read: () => kept.at(-1), keep: (version: string) => void kept.push(version) };
    const { whatsapp, again } = await startEngine(sandbox, { versionCache });
    page = { status: 200, body: 'x"client_revision":999999999999,y' };
    expect(await whatsapp.refreshVersion(session())).toBe(true);
    expect(kept).toEqual(['2.3000.999999999999']);
    expect(whatsapp.info.whatsappVersion).toBe('2.3000.999999999999');
    expect(again({ versionCache }).whatsapp.info.whatsappVersion).toBe('2.3000.999999999999');
    expect(await whatsapp.refreshVersion(session())).toBe(false);
  });

  it.each([
    ['older', 200, '"client_revision":1000000'],
    ['missing', 200, '<html></html>'],
    ['an error', 503, '"client_revision":999999999999'],
  ])('is not taken when it is %s', async (_, status, body) => {
    const { whatsapp } = await startEngine(sandbox);
    const before = whatsapp.info.whatsappVersion;
    page = { status, body };
    expect(await whatsapp.refreshVersion(session())).toBe(false);
    expect(whatsapp.info.whatsappVersion).toBe(before);
  });

  it('is not fetched when a person has set one', async () => {
    const { whatsapp } = await startEngine(sandbox, { whatsappVersion: '2.3000.5' });
    page = { status: 200, body: '"client_revision":999999999999' };
    expect(await whatsapp.refreshVersion(session())).toBe(false);
    expect(whatsapp.info.whatsappVersion).toBe('2.3000.5');
  });

  it.each([
    ['http', () => startHttpProxy()],
    ['socks5', () => startSocksProxy()],
  ])('is asked for through an %s proxy, never around it', async (_, start) => {
    page = { status: 200, body: '"client_revision":999999999999' };
    proxy = await start();
    const { whatsapp } = await startEngine(sandbox);
    expect(await whatsapp.refreshVersion(session(proxy.url))).toBe(true);
    expect(proxy.targets).toEqual([new URL(session().endpoint.url).host]);
    const gone = await startEngine(sandbox);
    await proxy.close();
    expect(await gone.whatsapp.refreshVersion(session(proxy.url))).toBe(false);
    proxy = undefined;
  });
});
