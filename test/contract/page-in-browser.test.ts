import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/compose/system-clock.ts';
import type { PairingPage, PageView } from '../../src/ports/page.ts';
import { openPage } from '../../src/page/open-page.ts';
import { qrContent } from '../../src/terminal/qr-content.ts';
import { Browser, chromiumPath, leastContrast, looks } from '../support/browser.ts';
import type { Tab } from '../support/browser.ts';
import { madeUpPayload } from '../support/qr-payload.ts';
import { readQr } from '../support/terminal-picture.ts';

const phone = { width: 360, height: 740, scheme: 'light' } as const;
const over: PageView = { kind: 'failed', message: 'the test is over', hint: undefined };
const linked: PageView = { kind: 'linked', phone: '15550100001', pushName: 'Sandy Box' };

const within = (ms: number): Date => new Date(Date.now() + ms);
const qr = (payload: string, ms = 60_000): PageView => ({
  kind: 'qr',
  payload,
  expiresAt: within(ms),
  rescan: false,
});
const code = (ms = 90_000): PageView => ({
  kind: 'pair_code',
  code: 'ABCDEFGH',
  phone: '15550100001',
  expiresAt: within(ms),
  isNew: false,
});

const titled = (text: string): string =>
  `document.querySelector('h1').textContent === ${JSON.stringify(text)}`;
const picture = `document.querySelector('img')`;

let browser: Browser;
let page: PairingPage;

/** The page in a tab, which asks for its events already. */
async function opened(look: (typeof looks)[number] = phone): Promise<Tab> {
  page = await openPage({
    clock: systemClock,
    qrUrl: (payload) =>
      Promise.resolve(`data:image/svg+xml,${encodeURIComponent(qrContent(payload, 'svg') as string)}`),
    browse: () => Promise.resolve(false),
  });
  const tab = await browser.open(look);
  await tab.goTo(page.url);
  await tab.waitFor(titled('Connecting to WhatsApp…'));
  return tab;
}

/** The payload of the QR that is in view, as a phone would read it. */
async function seen(tab: Tab): Promise<string | undefined> {
  await tab.waitFor(`!${picture}.hidden`);
  await tab.value(`${picture}.decode()`);
  return readQr(await tab.screenshot());
}

// Where there is no Chromium, page.test.ts still holds what the server does.
describe.skipIf(chromiumPath === undefined)('the page in Chromium (skipped where there is none)', () => {
  beforeAll(async () => {
    browser = await Browser.start();
  });
  afterAll(() => browser.close());
  afterEach(() => page.end(over));

  it.each(looks)('shows a QR that reads at $width px, $scheme, and replaces it at once', async (look) => {
    const tab = await opened(look);
    await page.show(qr(madeUpPayload(1)));
    expect(await seen(tab)).toBe(madeUpPayload(1));
    const before = JSON.stringify(await tab.value<string>(`${picture}.src`));
    await page.show(qr(madeUpPayload(2)));
    await tab.waitFor(`${picture}.src !== ${before}`);
    expect(await seen(tab)).toBe(madeUpPayload(2));
    expect(await tab.value(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(look.width);
  });

  it.each(looks)('has readable contrast at $width px, $scheme', async (look) => {
    const tab = await opened(look);
    for (const view of [code(), linked]) {
      await page.show(view);
      await tab.waitFor(
        view.kind === 'linked' ? titled('Linked as +15550100001') : `!document.querySelector('.code').hidden`,
      );
      expect(await tab.value<number>(leastContrast)).toBeGreaterThan(4.5);
    }
  });

  it('takes an expired QR away, and counts down before', async () => {
    const tab = await opened();
    const counted = tab.waitFor(`/^Renews in \\d s$/.test(document.querySelector('.left').textContent)`);
    await page.show(qr(madeUpPayload(1), 1_500));
    await counted;
    await tab.waitFor(titled('This QR code has expired. Waiting for the next one…'));
    expect(await tab.value(`${picture}.hidden && !${picture}.hasAttribute('src')`)).toBe(true);
    expect(readQr(await tab.screenshot())).toBeUndefined();
  });

  it('says how long the pairing goes on', async () => {
    const tab = await opened();
    const counted = tab.waitFor(
      `/^Renews in \\d\\d s · 2 min left$/.test(document.querySelector('.left').textContent)`,
    );
    await page.show({ ...qr(madeUpPayload(1)), pairingEndsAt: within(120_000) } as PageView);
    await counted;
  });

  it('takes an expired code away', async () => {
    const tab = await opened();
    await page.show(code(300));
    await tab.waitFor(titled('This code has expired.'));
    expect(await tab.value(`document.body.innerText`)).not.toContain('ABCD');
  });

  it('turns into the outcome, which stays when the server has gone', async () => {
    const tab = await opened();
    await page.show(qr(madeUpPayload(1)));
    await seen(tab);
    // A stream that is not closed would be asked for again, and again.
    await tab.value(`{
      globalThis.streamsClosed = 0;
      const { close } = EventSource.prototype;
      EventSource.prototype.close = function () { streamsClosed++; close.call(this); };
    }`);
    await page.end(linked);
    await tab.waitFor(titled('Linked as +15550100001'));
    expect(await tab.value('document.title')).toBe('Linked as +15550100001 · wactl');
    expect(await tab.value(`[${picture}.hidden, streamsClosed]`)).toEqual([true, 1]);
  });

  it('says what a screen reader needs', async () => {
    const tab = await opened();
    await page.show(qr(madeUpPayload(1)));
    await seen(tab);
    const spoken = (await tab.spoken()).join('\n');
    expect(spoken).toContain('heading: Scan this QR code with your phone');
    expect(spoken).toContain('image: QR code that links this device.');
    await page.show(code());
    await tab.waitFor(titled('Type this code on your phone'));
    expect((await tab.spoken()).join('\n')).toContain('StaticText: A B C D , E F G H');
  });

  it('shows the words of strangers as words', async () => {
    const tab = await opened();
    const pushName = '<img src=x onerror="document.title=1"></script>\u202e';
    await page.end({ kind: 'linked', phone: '15550100001', pushName });
    await tab.waitFor(titled('Linked as +15550100001'));
    expect(await tab.value(`document.querySelector('.detail').textContent`)).toBe(pushName);
  });

  it('loads again in the same browser, and not in another', async () => {
    const tab = await opened();
    await page.show(qr(madeUpPayload(1)));
    await tab.goTo(page.url);
    expect(await seen(tab)).toBe(madeUpPayload(1));
    const other = await browser.open(phone);
    await other.goTo(page.url);
    expect(await other.value('document.body.innerText')).toContain('works only once');
  });

  it('keeps to itself: no markup or script of others, no request to elsewhere, no frame', async () => {
    const tab = await opened();
    const tried = await tab.value<string[]>(`(async () => {
      const blocked = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked.push(effectiveDirective));
      const done = new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', () => blocked.length === 5 && resolve());
      });
      const add = (name, fields) => document.body.append(Object.assign(document.createElement(name), fields));
      for (const fields of [['script', { textContent: 'document.title = 1' }], ['p', { innerHTML: '<b>x</b>' }]]) {
        try { add(...fields); } catch {}
      }
      add('img', { src: 'http://127.0.0.1:1/x.png' });
      add('iframe', { src: 'http://127.0.0.1:1/' });
      fetch('http://127.0.0.1:1/').catch(() => undefined);
      await done;
      return blocked.sort();
    })()`);
    expect(tried).toEqual([
      'connect-src',
      'frame-src',
      'img-src',
      'require-trusted-types-for',
      'require-trusted-types-for',
    ]);
  });
});
