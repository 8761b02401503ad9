import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
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
  ])('pairs through %s, including the restart', async (_, start) => {
    proxy = await start();
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' }, proxy.url);
    sandbox.scan((await until('qr')).payload);
    await until('logged_in');
    await connection.close();
    // The version, the registration, the login.
    expect(proxy.targets).toEqual([sandboxAddress(), sandboxAddress(), sandboxAddress()]);
  });

  it.each([
    ['an http proxy that answers 403', () => startHttpProxy({ refuse: 403 })],
    ['an http proxy that answers 502', () => startHttpProxy({ refuse: 502 })],
    ['a socks5 proxy that refuses', () => startSocksProxy({ refuse: true })],
  ])('fails with proxy_failed behind %s, and nothing bypasses it', async (_, start) => {
    proxy = await start();
    const engine = await startEngine(sandbox);
    const { closed } = engine.connect({ kind: 'pair_by_qr' }, proxy.url);
    expect(await closed).toMatchObject({ reason: 'proxy_failed' });
    expect(sandbox.events.past).toEqual([]);
  });

  it('fails with proxy_failed when the proxy is gone, needs a password, or is not a proxy', async () => {
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

  it('can be aborted while the proxy is silent', async () => {
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
