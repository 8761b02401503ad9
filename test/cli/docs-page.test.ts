import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, chromiumPath, looks } from '../support/browser.ts';
import type { Tab } from '../support/browser.ts';
import { Place } from '../support/cli-place.ts';

const token = 'a-token-for-the-tests';
const headers = { authorization: `Bearer ${token}` };
const phone = looks[0] ?? { width: 360, height: 740, scheme: 'light' };

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

async function serve(...flags: readonly string[]): Promise<string> {
  const running = place.start(['serve', '--listen', '0', '--json', ...flags], {
    env: { WACTL_TOKEN: token },
  });
  const { url } = await running.event(({ event }) => event === 'ready');
  return String(url);
}

describe('/docs', () => {
  it('needs no token, names no other server, and runs nothing but its own files', async () => {
    const page = await fetch(`${await serve()}/docs`);
    expect(page.status).toBe(200);
    expect((await page.text()).match(/(?:src|href)="(?!data:)[^"]*"/g)).toBeNull();
    const policy = (page.headers.get('content-security-policy') ?? '').split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy.filter((one) => one.includes('unsafe') || one.includes('http'))).toEqual([]);
  });

  it.each([
    ['viewer.js', 'text/javascript; charset=utf-8'],
    ['viewer.css', 'text/css; charset=utf-8'],
  ])('has %s for browsers with Brotli, with gzip and with neither', async (name, type) => {
    const url = `${await serve()}/docs/${name}`;
    const texts = await Promise.all(
      ['br, gzip', 'gzip, deflate', 'identity'].map(async (accepted) => {
        const answer = await fetch(url, { headers: { 'accept-encoding': accepted } });
        expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
        expect(answer.headers.get('content-encoding') ?? 'identity').toBe(/^\w+/.exec(accepted)?.[0]);
        return await answer.text();
      }),
    );
    expect(texts[0]).toContain('swagger-ui');
    expect(new Set(texts).size).toBe(1);
  });

  it('is left out with the page', async () => {
    const url = await serve('--no-page');
    for (const path of ['/docs', '/docs/viewer.js'])
      expect((await fetch(url + path, { headers })).status).toBe(404);
  });
});

const texts = (selector: string): string =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`;

// The viewer is a megabyte and a half of JavaScript: on a busy machine it takes its time.
describe.skipIf(chromiumPath === undefined)(
  '/docs in Chromium (skipped where there is none)',
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await Browser.start();
    });
    afterAll(() => browser.close());

    /** The page of that address, which writes down whatever its policy refuses. */
    async function opened(url: string, look = phone): Promise<Tab> {
      const tab = await browser.open(look);
      await tab.goTo(`${url}/docs`);
      await tab.value(`document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      (globalThis.refused ??= []).push([effectiveDirective, blockedURI, sample].join(' ')))`);
      await tab.waitFor(`document.activeElement?.id === 'token'`);
      return tab;
    }

    async function inside(url: string, look = phone): Promise<Tab> {
      const tab = await opened(url, look);
      await tab.type(token);
      await tab.press('Enter');
      await tab.waitFor(`document.querySelector('.opblock')`);
      return tab;
    }

    it('loads the viewer only for a token that is good', async () => {
      const tab = await opened(await serve());
      await tab.type('a-wrong-token-of-mine');
      await tab.press('Enter');
      await tab.waitFor(`document.querySelector('[role=alert]')?.textContent.includes('wrong')`);
      const viewer = `performance.getEntriesByType('resource').filter(({ name }) => name.includes('/docs/viewer.')).length`;
      expect(await tab.value(viewer)).toBe(0);
      await tab.type(token);
      await tab.press('Enter');
      await tab.waitFor(`document.querySelector('.opblock')`);
      expect(await tab.value(viewer)).toBe(2);
    });

    // On a phone and in the dark, on a screen and in the light.
    it.each([looks[1], looks[2]].filter((one) => one !== undefined))(
      'shows every route and webhook at $width px, $scheme, and asks no other server',
      async (look) => {
        const url = await serve();
        const tab = await inside(url, look);
        const described = (await (await fetch(`${url}/openapi.json`, { headers })).json()) as {
          paths: Record<string, object>;
          webhooks: Record<string, object>;
        };
        const shown = await tab.value<string[]>(texts('.opblock-summary-path'));
        const plain = new Set(shown.map((path) => path.replaceAll('\u200b', '')));
        expect([...plain].sort()).toEqual(
          [...Object.keys(described.paths), ...Object.keys(described.webhooks)].sort(),
        );
        // One of each kind is opened: a body, a query with a picture and a stream, an event. All at once take a minute.
        for (const one of ['sessions-createSession', 'pairing-showQr', 'webhooks-receiveMessageEvent']) {
          await tab.value(`document.querySelector('#operations-${one} .opblock-summary-control').click()`);
          await tab.waitFor(
            `document.querySelector('#operations-${one} .opblock-body .response-col_status')`,
          );
        }
        expect(await tab.value(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(look.width);
        expect(await tab.value(`document.documentElement.classList.contains('dark-mode')`)).toBe(
          look.scheme === 'dark',
        );
        expect(await tab.value(`globalThis.refused ?? []`)).toEqual([]);
        const loaded = await tab.value<string[]>(
          `performance.getEntriesByType('resource').map(({ name }) => name)`,
        );
        expect(loaded.map((one) => one.replace(/^data:.*/, 'data:'))).toEqual(
          expect.arrayContaining(
            ['/openapi.json', '/docs/viewer.js', '/docs/viewer.css'].map((path) => url + path),
          ),
        );
        expect(loaded.filter((one) => !one.startsWith(`${url}/`) && !one.startsWith('data:'))).toEqual([]);
      },
    );

    it('tries a request by keyboard, with the token, which it shows and keeps nowhere', async () => {
      await place.pair('shop');
      const tab = await inside(await serve(), { ...phone, width: 1280 });
      const focus = (selector: string): Promise<unknown> =>
        tab
          .waitFor(`document.querySelector(${JSON.stringify(selector)})`)
          .then(() => tab.value(`document.querySelector(${JSON.stringify(selector)}).focus()`));
      const listing = '#operations-sessions-listSessions';
      for (const part of ['.opblock-summary-control', '.try-out__btn', '.execute']) {
        await focus(`${listing} ${part}`);
        await tab.press('Enter');
      }
      await tab.waitFor(`document.querySelector('${listing} .live-responses-table .response-col_status')`);
      expect(
        await tab.value(`document.querySelector('${listing} .live-responses-table').textContent`),
      ).toContain('"id": "shop"');
      expect(await tab.value(`document.documentElement.outerHTML`)).not.toContain(token);
      expect(
        await tab.value(
          `location.href + document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })`,
        ),
      ).toMatch(/\/docs\{\}$/);
      expect(await tab.value(`globalThis.refused ?? []`)).toEqual([]);
    });

    it('does not try a stream, which would never end', async () => {
      const tab = await inside(await serve());
      const events = '#operations-events-streamEvents';
      await tab.value(`document.querySelector('${events} .opblock-summary-control').click()`);
      await tab.waitFor(`document.querySelector('${events} .opblock-body')`);
      expect(await tab.value(`document.querySelector('${events} .try-out__btn')`)).toBeNull();
    });
  },
);
