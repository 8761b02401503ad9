import { request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClient } from '../../src/sandbox/control-client.ts';
import { sandboxHost } from '../../src/sandbox/sandbox-host.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  checkSignaturesStrictly,
  closeCode,
  connectBaileys,
  disconnect,
  memoryAuthState,
  nextQr,
  opened,
  pairByQr,
} from '../support/sandbox-baileys.ts';

const host = sandboxHost(new AbortController().signal, join(tmpdir(), 'wactl-no-sandboxes'));
let sandbox: Sandbox;
let client: SandboxClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  client = new SandboxClient(sandbox.endpoint);
});

afterEach(() => sandbox.close());

const send = (
  path: string,
  headers: OutgoingHttpHeaders,
  method = 'POST',
): Promise<{ status: number; headers: IncomingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const url = new URL(path, sandbox.endpoint.replace('ws:', 'http:'));
    request(url, { method, headers, agent: false }, (response) => {
      response
        .resume()
        .once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .once('error', reject)
      .end();
  });

describe('the control API', () => {
  it('scans, types codes, and unlinks', async () => {
    const auth = memoryAuthState();
    const first = connectBaileys(sandbox.endpoint, auth);
    const firstClosed = closeCode(first);
    expect(await client.scan(await nextQr(first))).toEqual({ jid: '15550100001:1@s.whatsapp.net' });
    expect(await firstClosed).toBe(515);

    const second = connectBaileys(sandbox.endpoint, memoryAuthState());
    const secondClosed = closeCode(second);
    await nextQr(second);
    const requested = sandbox.waitFor('code_requested');
    const code = await second.requestPairingCode('15550100002');
    await requested;
    await expect(client.enterCode('15550100002', 'WRONGWRG')).rejects.toMatchObject({
      code: 'pairing_refused',
      message: 'the phone says: wrong code',
    });
    expect(await client.enterCode('15550100002', code)).toEqual({ jid: '15550100002:1@s.whatsapp.net' });
    expect(await secondClosed).toBe(515);

    expect((await client.status()).phones.map(({ devices }) => devices.length)).toEqual([1, 1]);
    expect(await client.unlink('15550100002')).toEqual({ unlinked: 1 });
    await expect(client.unlink('15550100002:1')).rejects.toMatchObject({ code: 'not_found' });
    expect(sandbox.devices).toHaveLength(1);
  });

  it('accepts faults and explains invalid ones', async () => {
    await client.fault({ kind: 'failure', code: 503, times: 2 });
    expect((await client.status()).faults).toEqual([
      { fault: { kind: 'failure', code: 503, times: 2 }, left: 2 },
    ]);
    await expect(client.fault({ kind: 'explode' })).rejects.toMatchObject({
      code: 'usage',
      message: 'unknown fault "explode"',
      hint: expect.stringContaining('stall_hello') as string,
    });
    expect(await client.clearFaults()).toEqual({ cleared: 1 });
    expect(sandbox.waitingFaults).toEqual([]);
  });

  it('scans the QR that was shown last', async () => {
    await expect(client.scan()).rejects.toMatchObject({
      code: 'pairing_refused',
      message: 'the phone says: no QR has been shown',
    });
    const pairing = connectBaileys(sandbox.endpoint, memoryAuthState());
    const closed = closeCode(pairing);
    await client.show('an older one');
    await client.show(await nextQr(pairing));
    expect(await client.scan(undefined, '15550100002')).toEqual({ jid: '15550100002:1@s.whatsapp.net' });
    expect(await closed).toBe(515);
    await expect(client.scan()).rejects.toThrow('this QR code was scanned before');
  });

  it('edits accounts', async () => {
    await client.account({ pushName: 'Pat', about: null }, '15550100007');
    expect(sandbox.phone('15550100007').account).toMatchObject({ pushName: 'Pat', about: null });
    await expect(client.account({ shoeSize: 44 } as object)).rejects.toThrow(
      'unknown account field "shoeSize"',
    );
    await expect(client.account({ pushName: 5 } as object)).rejects.toThrow(
      'invalid value for the account field',
    );
    await expect(client.account({ business: {} } as object)).rejects.toThrow(
      'invalid value for the account field',
    );
    await expect(client.account({}, 'nobody')).rejects.toThrow('invalid phone number "nobody"');
  });

  it('sends texts', async () => {
    await pairByQr(sandbox, memoryAuthState());
    const { id } = await client.sendText('15550100001:1', 'hello');
    expect(sandbox.device('15550100001:1')?.undelivered[0]?.attrs['id']).toBe(id);
  });

  it('stops', async () => {
    await client.stop();
    await sandbox.closed;
    await expect(client.status()).rejects.toMatchObject({ code: 'unreachable' });
  });

  it.each<[string, string, OutgoingHttpHeaders, string, number]>([
    ['a page of another site', '/sandbox/status', { origin: 'https://example.com' }, 'POST', 403],
    ['a page without an origin', '/sandbox/status', { 'sec-fetch-site': 'cross-site' }, 'GET', 403],
    ['a name that was bent to this machine', '/sandbox/status', { host: 'example.com' }, 'POST', 403],
    ['a GET that would change something', '/sandbox/stop', {}, 'GET', 405],
    ['an unknown order', '/sandbox/constructor', {}, 'POST', 404],
    ['anything else', '/index.php', {}, 'GET', 404],
    ['a look at the status', '/sandbox/status', {}, 'GET', 200],
  ])('answers %s', async (_name, path, headers, method, status) => {
    expect((await send(path, headers, method)).status).toBe(status);
  });

  it('serves profile pictures', async () => {
    const { headers } = await send('/sandbox/picture/42.png', {}, 'GET');
    expect(headers['content-type']).toBe('image/png');
  });

  it.each(['wss://127.0.0.1/ws/chat', 'ws://example.com/ws/chat', 'nonsense'])('refuses %s', (endpoint) => {
    expect(() => new SandboxClient(endpoint)).toThrow('invalid sandbox address');
  });
});

describe('a sandbox host', () => {
  it('links a QR or code that is shown to it', async () => {
    const running = await host.start({ autoScan: true, scanAfterMs: 1 });
    const restoreVerify = checkSignaturesStrictly(running.endpoint.rootKey);
    const control = host.at(running.endpoint.url);
    const sentences: string[] = [];
    running.onEvent((sentence) => sentences.push(sentence));
    const auth = memoryAuthState();
    const pairing = connectBaileys(running.endpoint.url, auth);
    const closed = closeCode(pairing);
    await control.show(await nextQr(pairing));
    expect(await closed).toBe(515);
    const socket = connectBaileys(running.endpoint.url, auth);
    await opened(socket);
    expect(await control.devices()).toMatchObject([{ jid: '15550100001:1@s.whatsapp.net', online: true }]);
    expect(sentences).toContain('15550100001:1@s.whatsapp.net is linked');
    disconnect(socket);
    await running.close();
    restoreVerify();
  });

  it('explains why it does not link', async () => {
    const running = await host.start({ autoScan: true });
    const said = new Promise<string>((resolve) => running.onEvent(resolve));
    await host.at(running.endpoint.url).show('nonsense');
    expect(await said).toBe('the phone says: this is not a WhatsApp QR code');
    await running.close();
  });

  it('lists its faults', () => {
    expect(host.faults).toContainEqual({
      kind: 'http_status',
      summary: 'answers the WebSocket upgrade with this HTTP status (403, 503) [code, times]',
    });
  });
});
