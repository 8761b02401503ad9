import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { expectDescribed } from '../support/api-contract.ts';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';

const token = 'a-token-for-the-tests';
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

type Served = { readonly running: Running; readonly url: string };

async function serve(...flags: string[]): Promise<Served> {
  const running = place.start(['serve', '--listen', '0', '--json', ...flags], {
    env: { WACTL_TOKEN: token },
  });
  const { url } = await running.event(({ event }) => event === 'ready');
  return { running, url: String(url) };
}

type Headers = Readonly<Record<string, string>>;

/** A request as curl would send it; its answer has to be as /openapi.json says. */
async function ask({ url }: Served, method: string, path: string, body?: unknown, headers: Headers = {}) {
  const { status, text } = await send(url, method, path, body, {
    authorization: `Bearer ${token}`,
    ...headers,
  });
  const answer = JSON.parse(text) as Record<string, unknown>;
  if (path.startsWith('/api/')) expectDescribed(method, path, status, answer);
  return { status, answer };
}

function send(url: string, method: string, path: string, body: unknown, headers: Headers) {
  const json = body === undefined || body instanceof Buffer ? body : JSON.stringify(body);
  const type: Headers = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(new URL(path, url), { method, agent: false, headers: { ...type, ...headers } });
    outgoing.once('error', reject).once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject).once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    // What is refused is refused before all of it is there.
    if (json instanceof Buffer) outgoing.write(json);
    else outgoing.end(json);
  });
}

const a = '/api/v1/sessions/a';
const loggedIn = (served: Served) =>
  served.running.event(({ event, status }) => event === 'status' && status === 'logged_in');

describe('serve', () => {
  it('drives the whole life of a session over http', async () => {
    const served = await serve();
    const made = await ask(served, 'POST', '/api/v1/sessions', { id: 'a', name: 'Ada' });
    expect(made).toMatchObject({ status: 201, answer: { id: 'a', name: 'Ada', status: 'connecting' } });

    const { answer: qr } = await ask(served, 'GET', `${a}/qr`);
    expect(qr).toMatchObject({ status: 'waiting_for_qr', seq: 1 });
    expect(qr['qr_code']).toMatch(/^data:image\/png;base64,/);
    place.sandbox.scan((qr['qr_codes'] as string[])[0] ?? '');
    await place.sandbox.waitFor('logged_in');
    await loggedIn(served);
    // Paired, it stays online.
    expect(await ask(served, 'POST', `${a}/connect`)).toMatchObject({
      status: 200,
      answer: { id: 'a', status: 'logged_in' },
    });
    expect((await ask(served, 'GET', `${a}/status`)).answer).toMatchObject({
      connected: true,
      phone: '15550100001',
      source: 'live',
    });
    expect((await ask(served, 'GET', `${a}/qr`)).answer).toEqual({
      id: 'a',
      status: 'logged_in',
      phone: '15550100001',
    });
    expect((await ask(served, 'GET', `${a}/device`)).answer).toMatchObject({ device_id: 1 });
    expect((await ask(served, 'GET', a)).answer).toMatchObject({
      status: 'logged_in',
      config: { wants_online: true },
      holder: { stays: true },
    });
    expect((await ask(served, 'GET', '/api/v1/sessions')).answer).toMatchObject({
      sessions: [{ id: 'a', is_logged_in: true }],
    });

    expect((await ask(served, 'POST', `${a}/disconnect`)).answer).toMatchObject({ status: 'disconnected' });
    expect(place.sandbox.openConnections).toBe(0);
    expect((await ask(served, 'POST', `${a}/connect`)).answer).toMatchObject({ status: 'logged_in' });
    expect((await ask(served, 'POST', `${a}/restart`)).answer).toMatchObject({ status: 'logged_in' });
    expect(place.sandbox.openConnections).toBe(1);
    expect((await ask(served, 'POST', `${a}/logout`)).answer).toMatchObject({ status: 'logged_out' });
    expect(place.sandbox.devices).toEqual([]);

    const { answer: code } = await ask(served, 'POST', `${a}/pair`, { phone_number: '+15550100001' });
    const login = place.sandbox.waitFor('logged_in');
    await place.sandbox.enterCode('15550100001', String(code['code']));
    await login;
    expect((await ask(served, 'DELETE', a)).answer).toEqual({ deleted: true, id: 'a' });
    expect(place.sandbox.devices).toEqual([]);
    expect((await ask(served, 'GET', a)).status).toBe(404);
  });

  it('sends its QR to a sandbox whose phone scans by itself', async () => {
    await place.remove();
    place = await Place.make({ autoScan: true });
    const served = await serve();
    await ask(served, 'POST', '/api/v1/sessions', { id: 'a' });
    await loggedIn(served);
    expect((await ask(served, 'GET', `${a}/status`)).answer).toMatchObject({ connected: true });
  });

  it.each(['qr', 'code'])('keeps a session paired by %s online, on the same connection', async (way) => {
    const receiver = await startWebhookReceiver();
    try {
      const served = await serve();
      const { whole } = await streamed(served, '/api/v1/events');
      const webhook = { url: receiver.url, secret: webhookSecret };
      await ask(served, 'POST', '/api/v1/sessions', { id: 'a', connect: false, webhook });
      const login = place.sandbox.waitFor('logged_in');
      if (way === 'qr') {
        const { answer } = await ask(served, 'GET', `${a}/qr`);
        place.sandbox.scan((answer['qr_codes'] as string[])[0] ?? '');
      } else {
        const { answer } = await ask(served, 'POST', `${a}/pair`, { phone_number: '+15550100001' });
        await place.sandbox.enterCode('15550100001', String(answer['code']));
      }
      await login;
      await loggedIn(served);
      // Whatever is done at the login is done when this has come back over the same connection.
      expect((await ask(served, 'GET', `${a}/status`)).answer).toMatchObject({ connected: true });
      expect((await ask(served, 'GET', a)).answer).toMatchObject({ config: { wants_online: true } });
      expect(place.sandbox.devices).toMatchObject([{ logins: 1, maxConnections: 1 }]);
      place.sandbox.sendText(place.sandbox.devices[0]?.jid ?? '', 'for who stays');
      await place.sandbox.waitFor('receipt');
      served.running.kill('SIGTERM');
      await served.running.exited;
      expect(place.sandbox.devices).toMatchObject([{ logins: 1, maxConnections: 1 }]);
      // The stream tells that it was let go of, and then how far its reader has come.
      expect(await whole).toMatch(/event: released\nid: (\S+)\ndata: .*\n\nid: \1\n\n\n?$/);
      const types = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
      expect(types).toEqual([
        'session.connected',
        way === 'qr' ? 'session.qr' : 'session.pair_code',
        'session.connected',
        'session.logged_in',
        'message',
        'session.disconnected',
      ]);
    } finally {
      await receiver.close();
    }
  });

  it('refuses requests without the token, from pages of other sites, and too large ones', async () => {
    const { url } = await serve();
    const at = '/api/v1/sessions';
    const known = { authorization: `Bearer ${token}` };
    const status = async (path: string, headers: Headers, body?: unknown) =>
      (await send(url, body === undefined ? 'GET' : 'POST', path, body, headers)).status;
    expect(await status(at, known)).toBe(200);
    expect(await status(at, {})).toBe(401);
    expect(await status(at, { authorization: 'Bearer another-token-of-someone' })).toBe(401);
    expect(await status('/metrics', {})).toBe(401);
    expect(await status(at, { ...known, host: 'evil.example' })).toBe(403);
    expect(await status(at, { ...known, origin: 'https://evil.example' })).toBe(403);
    const big = Buffer.alloc(70_000, 'x');
    expect(await status(at, { ...known, 'content-length': '10000000' }, big)).toBe(413);
    expect(await status(at, { ...known, 'transfer-encoding': 'chunked' }, big)).toBe(413);
    expect(await status('/healthz', {})).toBe(200);
    expect(await status('/readyz', {})).toBe(200);
    const { text } = await send(url, 'GET', '/metrics', undefined, known);
    expect(text).toContain('wactl_sessions{status="logged_in"} 0');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('answers while another process keeps the database locked, tells it, and does what was asked then', async () => {
    await place.run(['create', 'a', '--no-connect']);
    const served = await serve();
    const other = openDatabase({ path: join(place.config, 'wactl.db'), busyTimeoutMs: 1_000 });
    other.exec('BEGIN EXCLUSIVE');
    let isDone = false;
    const patched = ask(served, 'PATCH', a, { name: 'Ada' }).finally(() => (isDone = true));
    const page = (path: string) => send(served.url, 'GET', path, undefined, {});
    expect(await page('/healthz')).toMatchObject({ status: 200 });
    const ready = await page('/readyz');
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      503,
      { status: 'locked', reason: 'another process is writing to the session database' },
    ]);
    expect(isDone).toBe(false);
    other.exec('ROLLBACK');
    other.close();
    expect((await patched).status).toBe(200);
    expect(await page('/readyz')).toMatchObject({ status: 200 });
  });

  it('makes a token if none is given, and refuses other addresses without --allow-remote', async () => {
    const running = place.start(['serve', '--listen', '0']);
    await running.said('the token for this run, not shown again:\nwactl_');
    const given = /not shown again:\n(\S+)\n/.exec(running.stderr)?.[1] ?? '';
    const url = /serving at (\S+)/.exec(running.stderr)?.[1] ?? '';
    const { status } = await send(url, 'GET', '/api/v1/sessions', undefined, {
      authorization: `Bearer ${given}`,
    });
    expect(status).toBe(200);
    const refused = await place.run(['serve', '--listen', '0.0.0.0:0']);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain('--allow-remote');
    const tokenless = await place.run(['serve', '--listen', '0.0.0.0:0', '--allow-remote']);
    expect(tokenless.stderr).toContain('export WACTL_TOKEN=');
    const taken = await place.run(['serve', '--listen', new URL(url).host]);
    expect(taken).toMatchObject({ status: 2 });
    expect(taken.stderr).toContain('another program listens there already');
  });

  it('brings sessions back online, answers other commands, and ends cleanly', async () => {
    await place.pair('a');
    await place.pair('b');
    const first = await serve();
    await ask(first, 'POST', `${a}/connect`);
    first.running.kill('SIGTERM');
    expect(await first.running.exited).toMatchObject({ status: 143 });
    expect(place.sandbox.openConnections).toBe(0);

    const second = await serve();
    await loggedIn(second);
    const { stdout } = await place.run(['show', 'a', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'logged_in', holder: { stays: true } });
    expect((await place.run(['status', 'a'])).status).toBe(0);
    expect(place.sandbox.devices.map(({ maxConnections }) => maxConnections)).toEqual([1, 1]);
    expect((await place.run(['disconnect', 'a'])).stdout).toContain('taken offline');
    const { whole } = await streamed(second, '/api/v1/events');
    second.running.kill('SIGINT');
    expect(await whole).toContain('retry: 2000');
    expect(await second.running.exited).toMatchObject({ status: 130 });
  });
});

/** A stream of events, once it has begun; `whole` is what has come when it ends. */
function streamed({ url }: Served, path: string): Promise<{ readonly whole: Promise<string> }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request(new URL(path, url), { agent: false, headers }, (response) => {
      let text = '';
      const whole = new Promise<string>((ended) => response.once('end', () => ended(text)));
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      resolve({ whole });
    })
      .once('error', reject)
      .end();
  });
}

describe('--server', () => {
  it('works on the sessions of another wactl', async () => {
    const { url } = await serve();
    const elsewhere = {
      WACTL_CONFIG_DIR: `${place.home}/elsewhere`,
      WACTL_ENDPOINT: undefined,
      WACTL_ENDPOINT_ROOT: undefined,
      WACTL_TOKEN: token,
    };
    const there = (args: readonly string[]) =>
      place.start(['--server', url, ...args, '--json'], { env: elsewhere });
    const documentOf = async (...args: string[]) => {
      const { status, stdout } = await there(args).exited;
      return [status, JSON.parse(stdout)] as unknown;
    };
    const creating = there(['create', 'a', '--name', 'Ada']);
    place.sandbox.scan(await creating.qr());
    expect((await creating.exited).status).toBe(0);
    expect(await documentOf('connect', 'a', '--detach')).toMatchObject([0, { id: 'a', status: 'logged_in' }]);
    expect(await documentOf('status', 'a')).toMatchObject([0, { connected: true, phone: '15550100001' }]);
    expect(await documentOf('list')).toMatchObject([0, { sessions: [{ id: 'a', status: 'logged_in' }] }]);
    expect(await documentOf('update', 'a', '--name', 'Bea')).toMatchObject([0, { name: 'Bea' }]);
    expect(await documentOf('show', 'a')).toMatchObject([0, { name: 'Bea', engine: { name: 'baileys' } }]);
    expect(await documentOf('device', 'a')).toMatchObject([0, { device_id: 1 }]);
    expect(await documentOf('qr', 'a')).toMatchObject([0, { status: 'logged_in' }]);
    expect(await documentOf('disconnect', 'a')).toMatchObject([0, { status: 'disconnected' }]);
    expect(await documentOf('logout', 'a', '--yes')).toMatchObject([0, { status: 'logged_out' }]);
    expect(await documentOf('status', 'a')).toMatchObject([4, { connected: false, status: 'logged_out' }]);
    expect(await documentOf('delete', 'a', '--yes')).toMatchObject([0, { deleted: true }]);
    expect(await documentOf('status', 'a')).toMatchObject([3, { error: { code: 'not_found' } }]);
    expect(await documentOf('serve')).toMatchObject([2, { error: { code: 'usage' } }]);
    expect((await place.run(['list'], { env: { WACTL_SERVER: url, WACTL_TOKEN: 'x' } })).status).toBe(2);
  });

  it('says when no server answers', async () => {
    expect((await place.run(['list', '--server', ''])).status).toBe(2);
    const { status, stderr } = await place.run(['list', '--server', 'http://127.0.0.1:1']);
    expect(status).toBe(5);
    expect(stderr).toContain('no wactl answers at 127.0.0.1:1');
  });
});
