import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPage } from '../../src/page/open-page.ts';
import type { PairingPage, PageView } from '../../src/ports/page.ts';
import { FakeClock } from '../support/fake-clock.ts';

const payload = 'https://wa.me/settings/linked_devices#2@secret';
const over: PageView = { kind: 'failed', message: 'the test is over', hint: undefined };

let clock: FakeClock;
let page: PairingPage;

beforeEach(async () => {
  clock = new FakeClock();
  page = await openPage({
    clock,
    qrUrl: (text) => Promise.resolve(`data:,${text.length}`),
    browse: () => Promise.resolve(false),
  });
});
afterEach(() => closed(page.end(over)));

/** Lets the page wait as long as it wants. */
async function closed(ending: Promise<void>): Promise<void> {
  let isOver = false;
  const ended = ending.finally(() => (isOver = true));
  while (!isOver) await clock.advance(1_000);
  await ended;
}

type Asked = { readonly method?: string; readonly headers?: Record<string, string>; readonly path?: string };

function ask(url: string, { method = 'GET', headers = {}, path }: Asked = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...(path === undefined ? {} : { path }) };
    request(url, options, resolve).once('error', reject).end();
  });
}

async function answer(url: string, asked?: Asked) {
  const response = await ask(url, asked);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

const cookieOf = (headers: IncomingHttpHeaders): string => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

/** Opens the page as a browser does. */
async function visit(): Promise<{ readonly headers: { readonly cookie: string } }> {
  return { headers: { cookie: cookieOf((await answer(page.url)).headers) } };
}

/** The messages of a stream, one after the other; undefined after the last. */
async function stream(asked: Asked) {
  const response = (await ask(`${page.url}/events`, asked)).setEncoding('utf8');
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<string>;
  let text = '';
  return async (): Promise<Record<string, unknown> | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end !== -1) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return JSON.parse(block.slice(block.indexOf('data: ') + 6)) as Record<string, unknown>;
      }
      const more = await chunks.next();
      if (more.done) return undefined;
      text += more.value;
    }
  };
}

const qr = (text = payload): PageView => ({
  kind: 'qr',
  payload: text,
  expiresAt: new Date(clock.now().getTime() + 20_000),
  rescan: false,
});

describe('the address of the page', () => {
  it('has 128 random bits and is on the loopback address', () => {
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}$/);
  });

  it('opens the page for the first that asks, with a cookie for this address alone', async () => {
    const { status, headers, text } = await answer(page.url);
    expect(status).toBe(200);
    expect(text).toContain('<!doctype html>');
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^wactl-page=[\\w-]{22}; Path=${new URL(page.url).pathname}; HttpOnly; SameSite=Strict$`),
      ),
    ]);
  });

  it('is dead for another browser afterwards', async () => {
    await visit();
    const second = await answer(page.url);
    expect(second).toMatchObject({ status: 410, text: expect.stringContaining('works only once') as string });
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('still opens it for the browser with the cookie, which may load it again', async () => {
    const owner = await visit();
    expect((await answer(page.url, owner)).status).toBe(200);
  });

  it('is not used up by a HEAD, which a preview of a link sends', async () => {
    expect((await answer(page.url, { method: 'HEAD' })).status).toBe(405);
    expect((await answer(page.url)).status).toBe(200);
  });

  it.each(['/', '/favicon.ico', `/${'A'.repeat(22)}`, '//'])('is the only one: %s', async (path) => {
    expect((await answer(page.url, { path })).status).toBe(404);
  });

  it('is the only one: something below it', async () => {
    expect((await answer(`${page.url}/qr`)).status).toBe(404);
  });

  it('answers on no other address of the machine', async () => {
    const { port } = new URL(page.url);
    const others = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal),
    );
    for (const { address } of others)
      await expect(ask(`http://${address}:${port}/`)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a request to the page', () => {
  it.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:PORT'])(
    'is refused when it calls it %s',
    async (name) => {
      const host = name.replace('PORT', new URL(page.url).port);
      expect((await answer(page.url, { headers: { host } })).status).toBe(421);
      expect((await answer(page.url)).status).toBe(200);
    },
  );

  it('may call it localhost, as behind a forwarded port', async () => {
    const headers = { host: `localhost:${new URL(page.url).port}` };
    expect((await answer(page.url, { headers })).status).toBe(200);
  });

  it.each([
    ['no cookie', {}],
    ['another cookie', { cookie: 'wactl-page=AAAA' }],
    ['a cookie of another name', { cookie: 'x-wactl-page=AAAA; y' }],
  ])('gets no events with %s', async (_case, headers) => {
    await visit();
    await page.show(qr());
    const { status, text } = await answer(`${page.url}/events`, { headers });
    expect({ status, text }).toEqual({ status: 403, text: 'This browser has not opened the page.\n' });
  });

  it('gets the same strict headers whatever the answer is', async () => {
    const owner = await visit();
    const dead = await answer(page.url);
    const none = await answer(page.url, { path: '/' });
    for (const { headers } of [await answer(page.url, owner), dead, none])
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; script-src 'sha256-[^;]+'; style-src 'sha256-[^;]+'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
        ) as string,
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
  });

  it('gets a page that asks for nothing elsewhere', async () => {
    const { text } = await answer(page.url);
    expect(text).not.toMatch(/https?:|\/\/[a-z]|<(link|script|img)[^>]+(src|href)="(?!data:,")/);
  });
});

describe('the events of the page', () => {
  it('begin with what is on show, and each QR comes when it is shown', async () => {
    const owner = await visit();
    const next = await stream(owner);
    expect(await next()).toEqual({ title: 'Connecting to WhatsApp…', tone: 'waiting' });
    await page.show(qr());
    expect(await next()).toMatchObject({
      picture: { url: `data:,${payload.length}` },
      expiry: { leftMs: 20_000, isRenewed: true },
    });
    await page.show(qr(`${payload}2`));
    expect(await next()).toMatchObject({ picture: { url: `data:,${payload.length + 1}` } });
  });

  it('tell a page that is loaded again how long the QR is still valid', async () => {
    const owner = await visit();
    await page.show(qr());
    await clock.advance(5_000);
    expect(await (await stream(owner))()).toMatchObject({ expiry: { leftMs: 15_000 } });
  });

  it('do not begin with a QR that was replaced while it was drawn', async () => {
    let drawn: (svg: string) => void = () => undefined;
    const drawing = new Promise<string>((resolve) => (drawn = resolve));
    let asked: () => void = () => undefined;
    const wanted = new Promise<void>((resolve) => (asked = resolve));
    await page.end(over);
    page = await openPage({
      clock,
      qrUrl: () => (asked(), drawing),
      browse: () => Promise.resolve(false),
    });
    const owner = await visit();
    await page.show(qr());
    const opening = stream(owner);
    await wanted;
    await page.show({ kind: 'waiting', words: 'Linked.' });
    drawn('<svg/>');
    expect(await (await opening)()).toMatchObject({ title: 'Linked.' });
  });

  it.each([
    [60_000, { leftMs: 20_000, isRenewed: true, pairingLeftMs: 60_000 }],
    [20_000, { leftMs: 20_000, isRenewed: false }],
    [7_000, { leftMs: 7_000, isRenewed: false }],
  ])('tell whether a QR is the last, when the pairing ends in %i ms', async (ms, expiry) => {
    const owner = await visit();
    const pairingEndsAt = new Date(clock.now().getTime() + ms);
    await page.show({ ...qr(), pairingEndsAt } as PageView);
    expect(await (await stream(owner))()).toMatchObject({ expiry });
  });

  it('never contain a payload', async () => {
    const owner = await visit();
    const next = await stream(owner);
    await page.show(qr());
    expect(JSON.stringify([await next(), await next()])).not.toContain('2@secret');
  });

  it('show a code, and how to type it', async () => {
    const owner = await visit();
    const expiresAt = new Date(clock.now().getTime() + 90_000);
    await page.show({ kind: 'pair_code', code: 'ABCDEFGH', phone: '15550100001', expiresAt, isNew: false });
    expect(await (await stream(owner))()).toMatchObject({
      title: 'Type this code on your phone',
      detail: 'For the phone +15550100001',
      code: 'ABCD-EFGH',
      expiry: { leftMs: 90_000 },
    });
  });

  it('keep a code on show when a wrong one was typed', async () => {
    const owner = await visit();
    const expiresAt = new Date(clock.now().getTime() + 90_000);
    await page.show({ kind: 'pair_code', code: 'ABCDEFGH', phone: '15550100001', expiresAt, isNew: false });
    await page.show({ kind: 'wrong_code' });
    expect(await (await stream(owner))()).toMatchObject({
      title: 'Not linked yet. Perhaps a wrong code was typed: type this one',
      code: 'ABCD-EFGH',
    });
  });
});

describe('the end of the page', () => {
  const linked: PageView = { kind: 'linked', phone: '15550100001', pushName: 'Sandy Box' };

  it('reaches a page that is open, before the server is gone', async () => {
    const next = await stream(await visit());
    await next();
    await page.end(linked);
    expect(await next()).toMatchObject({
      title: 'Linked as +15550100001',
      detail: 'Sandy Box',
      isLast: true,
    });
    expect(await next()).toBeUndefined();
    await expect(ask(page.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('waits for a page that is being loaded', async () => {
    const owner = await visit();
    const ended = page.end(linked);
    const next = await stream(owner);
    expect(await next()).toMatchObject({ title: 'Linked as +15550100001' });
    await ended;
  });

  it('waits a second for a page that asks for no events', async () => {
    await visit();
    let isOver = false;
    const ended = page.end(linked).then(() => (isOver = true));
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await ended;
  });

  it('waits for nobody when no browser has opened it', async () => {
    await page.end(linked);
    await expect(ask(page.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('waits for nobody when the page is closed again', async () => {
    const response = await ask(`${page.url}/events`, await visit());
    const gone = new Promise((resolve) => response.once('close', resolve));
    response.destroy();
    await gone;
    await page.end(linked);
  });

  it('is the first one only', async () => {
    const next = await stream(await visit());
    await next();
    await Promise.all([page.end(linked), page.end(over)]);
    expect(await next()).toMatchObject({ title: 'Linked as +15550100001' });
    expect(await next()).toBeUndefined();
  });
});
