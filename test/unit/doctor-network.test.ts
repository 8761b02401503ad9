import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { failed, ok, warning } from '../../src/domain/finding.ts';
import { networkChecks } from '../../src/whatsapp/network-checks.ts';
import { proxyCheck } from '../../src/whatsapp/proxy-check.ts';
import { closedPort } from '../support/closed-port.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startHttpProxy } from '../support/proxies.ts';

const { signal } = new AbortController();
const now = '2026-03-01T12:00:00.000Z';
const clock = new FakeClock(now);

let server: Server | undefined;
afterEach(() => void server?.close());

/** A WhatsApp on this machine. */
async function serverThat(answers: RequestListener): Promise<number> {
  server = createServer(answers).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const endpointAt = (port: number) => ({ url: `ws://127.0.0.1:${port}/ws/chat`, rootKey: '00' });

async function look(port: number, proxy: string | null = null) {
  const findings = [];
  const settings = { proxy, endpoint: endpointAt(port) };
  for (const check of networkChecks({ settings, clock })) findings.push(await check.examine(signal));
  return findings;
}

const tellingTime =
  (aheadMs: number): RequestListener =>
  (_request, response) => {
    response.setHeader('date', new Date(Date.parse(now) + aheadMs).toUTCString());
    response.writeHead(404).end();
  };

describe('whatsapp and clock', () => {
  it('any answer will do, and its time is the measure', async () => {
    const port = await serverThat(tellingTime(0));
    expect(await look(port)).toEqual([
      ok(`the sandbox at 127.0.0.1:${port} answers`),
      ok('right, by the time in the answer'),
    ]);
  });

  it.each([
    [59_000, 'ok', 'right, by the time in the answer'],
    [-60_000, 'ok', 'right, by the time in the answer'],
    [61_000, 'warning', '62 s behind the time in the answer'],
    [-3_600_000, 'warning', '3600 s ahead of the time in the answer'],
  ])('with a server %d ms ahead the clock is: %s', async (aheadMs, status, details) => {
    const port = await serverThat(tellingTime(aheadMs));
    expect((await look(port))[1]).toMatchObject({ status, details });
  });

  it('without a time in the answer the clock is not known', async () => {
    const port = await serverThat((_request, response) => {
      response.sendDate = false;
      response.end();
    });
    expect((await look(port))[1]).toEqual(warning('not known: the answer has no time'));
  });

  it('where nothing listens, it says so', async () => {
    expect((await look(closedPort))[0]).toEqual(
      failed(
        'unreachable',
        `the sandbox at 127.0.0.1:${closedPort} cannot be reached (ECONNREFUSED)`,
        'start one: wactl sandbox; or use WhatsApp itself: wactl config unset endpoint, unset WACTL_ENDPOINT',
      ),
    );
  });

  it('all goes through the proxy, and nothing beside it', async () => {
    const port = await serverThat(tellingTime(0));
    const proxy = await startHttpProxy();
    expect((await look(port, proxy.url))[0]).toEqual(
      ok(`the sandbox at 127.0.0.1:${port} answers, through the proxy`),
    );
    expect(proxy.targets).toEqual([`127.0.0.1:${port}`]);
    await proxy.close();
    expect((await look(port, `http://u:secret@127.0.0.1:${closedPort}`))[0]).toEqual(
      failed(
        'unreachable',
        `the sandbox at 127.0.0.1:${port} cannot be reached (the proxy cannot be reached)`,
        'check the proxy: wactl config get proxy',
      ),
    );
  });
});

describe('proxy', () => {
  const lookAt = (proxy: string | null, env = {}, isTried = true) =>
    proxyCheck({ settings: { proxy }, env, isTried }).examine(signal);

  it('none, with the variables that are not used', async () => {
    expect(await lookAt(null)).toEqual(ok('none: connections are direct'));
    expect(await lookAt(null, { HTTPS_PROXY: 'http://u:secret@h:1' })).toEqual(
      ok(
        'none: connections are direct; HTTPS_PROXY is not used: wactl goes by WACTL_PROXY and its setting proxy',
      ),
    );
  });

  it('is tried, and shown without its password', async () => {
    const proxy = await startHttpProxy();
    expect(await lookAt(proxy.url)).toEqual(ok(`${proxy.url}, which listens`));
    await proxy.close();
    const dead = `socks5://u:secret@127.0.0.1:${closedPort}`;
    expect(await lookAt(dead)).toEqual(
      failed(
        'unreachable',
        `socks5://u:***@127.0.0.1:${closedPort} cannot be reached (ECONNREFUSED)`,
        'check it, or go without: wactl config unset proxy, unset WACTL_PROXY',
      ),
    );
    expect(await lookAt(dead, {}, false)).toEqual(ok(`socks5://u:***@127.0.0.1:${closedPort}, not tried`));
  });
});
