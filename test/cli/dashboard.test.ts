import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, chromiumPath, leastContrast, looks } from '../support/browser.ts';
import type { Tab } from '../support/browser.ts';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { readQr } from '../support/terminal-picture.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const token = 'a-token-for-the-tests';
const phone = looks[0] ?? { width: 360, height: 740, scheme: 'light' };
const screen = looks[2] ?? { width: 1280, height: 800, scheme: 'light' };

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

type Served = { readonly running: Running; readonly url: string };

async function serve(flags: readonly string[] = [], key = token, listen = '0'): Promise<Served> {
  const running = place.start(['serve', '--listen', listen, '--json', ...flags], {
    env: { WACTL_TOKEN: key },
  });
  const { url } = await running.event(({ event }) => event === 'ready');
  return { running, url: String(url) };
}

async function api({ url }: Served, method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  await answer.text();
}

const quoted = (text: string): string => JSON.stringify(text);
const button = (words: string): string =>
  `[...document.querySelectorAll('button')].find((one) => one.textContent === ${quoted(words)} && one.checkVisibility())`;
const says = (selector: string, words: string): string =>
  `[...document.querySelectorAll(${quoted(selector)})].some((one) => one.checkVisibility() && one.textContent.includes(${quoted(words)}))`;
const picture = `document.querySelector('.qr')`;
const loggedIn = says('.session .badge', 'Logged in');

describe.skipIf(chromiumPath === undefined)(
  'the page of serve in Chromium (skipped where there is none)',
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await Browser.start();
    });
    afterAll(() => browser.close());

    async function opened({ url }: Served, look = phone): Promise<Tab> {
      const tab = await browser.open(look);
      await tab.goTo(`${url}/`);
      return tab;
    }

    const click = (tab: Tab, words: string): Promise<unknown> =>
      tab.waitFor(button(words)).then(() => tab.value(`${button(words)}.click()`));

    async function enter(tab: Tab, key = token): Promise<void> {
      await tab.waitFor(`document.activeElement?.id === 'token'`);
      await tab.type(key);
      await click(tab, 'Log in');
    }

    async function inside(served: Served, look = phone): Promise<Tab> {
      const tab = await opened(served, look);
      await enter(tab);
      await tab.waitFor(`document.querySelector('.board')`);
      return tab;
    }

    async function choose(tab: Tab, id: string): Promise<void> {
      const row = `document.querySelector('.rows a[href="#/${id}"]')`;
      await tab.waitFor(row);
      await tab.value(`${row}.click()`);
      await tab.waitFor(`${says('h2', '')} && document.querySelector('.facts dt')`);
    }

    /** The payload of the QR in view, as a phone reads it. */
    async function seen(tab: Tab): Promise<string> {
      await tab.waitFor(`${picture} && !${picture}.hidden`);
      await tab.value(`${picture}.decode().then(() => ${picture}.scrollIntoView({ block: 'center' }))`);
      return readQr(await tab.screenshot()) ?? 'no QR is in view';
    }

    async function create(tab: Tab, name: string): Promise<void> {
      await click(tab, 'New session');
      await tab.waitFor(`document.activeElement?.id === 'new-name'`);
      await tab.type(name);
      await click(tab, 'Create');
    }

    const fits = async (tab: Tab, { width }: { width: number }): Promise<void> =>
      expect(await tab.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);

    it.each(looks)(
      'pairs the phone that scans the QR of a new session at $width px, $scheme',
      async (look) => {
        const served = await serve();
        const tab = await inside(served, look);
        await tab.waitFor(says('.empty', 'No sessions yet'));
        expect(await tab.value<number>(leastContrast)).toBeGreaterThan(4.5);
        await create(tab, 'Support Desk');
        const payload = await seen(tab);
        await fits(tab, look);
        expect(await tab.value<number>(leastContrast)).toBeGreaterThan(4.5);
        place.sandbox.scan(payload);
        await tab.waitFor(loggedIn);
        await tab.waitFor(says('.pairing .title', 'Linked as +15550100001'));
        await tab.waitFor(says('.facts', 'Sandy Box'));
        expect(await tab.value(`${picture}.hasAttribute('src')`)).toBe(false);
        await fits(tab, look);
        expect(await tab.value<number>(leastContrast)).toBeGreaterThan(4.5);
        expect(served.running.stderr).not.toContain(payload);
      },
    );

    it('pairs by a code that is typed on the phone', async () => {
      const tab = await inside(await serve());
      await click(tab, 'New session');
      await tab.value(`document.querySelector('#way-code').click()`);
      await click(tab, 'Create');
      await tab.waitFor(says('dialog [role=alert]', 'Enter the phone number.'));
      await tab.type('+1 555 010 0001');
      await click(tab, 'Create');
      await tab.waitFor(says('.pairing .title', 'Type this code on your phone'));
      expect(await tab.value(`document.querySelector('.left').textContent`)).toMatch(/^Expires in \d+ s$/);
      const code = await tab.value<string>(`document.querySelector('.seen').textContent`);
      await place.sandbox.enterCode('15550100001', code.replace('-', ''));
      await tab.waitFor(loggedIn);
    });

    it.each([
      ['and links', ''],
      ['and waits for the word that the codes are the same', '?compare=true'],
    ])('takes the answer of a passkey %s', async (_result, query) => {
      const guarded = await Place.make({ account: { passkey: true } });
      try {
        const running = guarded.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
        const { url } = await running.event(({ event }) => event === 'ready');
        const served = { running, url: String(url) };
        const tab = await inside(served);
        await api(served, 'POST', 'sessions', { id: 'guarded', connect: false });
        await api(served, 'GET', `sessions/guarded/qr${query}`);
        await choose(tab, 'guarded');
        guarded.sandbox.scan(await seen(tab));
        await tab.waitFor(says('.pairing .title', 'This account asks for its passkey'));
        await tab.waitFor(says('.session .badge', 'Waiting for passkey'));
        await fits(tab, phone);
        const line = await tab.value<string>(`document.querySelector('#passkey-line').value`);
        const [, options = ''] = /parseRequestOptionsFromJSON\((.*)\)\}\)\.then/.exec(line) ?? [];
        await tab.value(`document.querySelector('#passkey-answer').focus()`);
        await tab.type('hello');
        await click(tab, 'Send the answer');
        await tab.waitFor(says('.passkey [role=alert]', 'This is not what the line prints'));
        await tab.value(`document.querySelector('#passkey-answer').select()`);
        await tab.type(guarded.sandbox.signPasskey(options));
        await click(tab, 'Send the answer');
        if (query) {
          await tab.waitFor(says('.pairing .title', 'Does the phone show the same code?'));
          expect(await tab.value(`document.querySelector('.seen').textContent`)).toMatch(/^.{4}-.{4}$/);
          await click(tab, 'The phone shows the same code');
        }
        await tab.waitFor(loggedIn);
      } finally {
        await guarded.remove();
      }
    });

    it('connects, disconnects and restarts, and says how that went', async () => {
      await place.pair('shop');
      const tab = await inside(await serve(), screen);
      await choose(tab, 'shop');
      await click(tab, 'Connect');
      await tab.waitFor(loggedIn);
      await click(tab, 'Restart');
      await tab.waitFor(says('.notice.good', 'logged in on a new connection'));
      await tab.waitFor(loggedIn);
      await click(tab, 'Disconnect');
      await tab.waitFor(says('.session .badge', 'Offline'));
      await tab.waitFor(button('Connect'));
    });

    it('asks before it logs out or deletes, and "Cancel" is what Enter does', async () => {
      await place.pair('shop');
      const tab = await inside(await serve());
      await choose(tab, 'shop');
      await click(tab, 'Delete…');
      await tab.waitFor(says('dialog', 'WhatsApp unlinks this device from +15550100001.'));
      await tab.press('Enter');
      await tab.waitFor(`!document.querySelector('dialog')`);
      expect((await place.run(['list', '--json'])).stdout).toContain('"paired":true');
      await click(tab, 'Log out…');
      await tab.waitFor(says('dialog', 'it has to be paired again'));
      await click(tab, 'Log out');
      await tab.waitFor(says('.session .badge', 'Logged out'));
      await tab.waitFor(says('.notice.good', 'unlinked from the phone'));
      await click(tab, 'Delete…');
      await click(tab, 'Delete');
      await tab.waitFor(says('.told', 'shop is deleted'));
      await tab.waitFor(says('.empty', 'No sessions yet'));
      expect(JSON.parse((await place.run(['list', '--json'])).stdout)).toMatchObject({ total: 0 });
    });

    it('asks once more when WhatsApp cannot be asked to unlink the device', async () => {
      await place.pair('shop');
      await place.sandbox.close();
      const tab = await inside(await serve());
      await choose(tab, 'shop');
      await click(tab, 'Delete…');
      await click(tab, 'Delete');
      await tab.waitFor(says('dialog', 'WhatsApp could not be asked'));
      await click(tab, 'Cancel');
      await tab.waitFor(says('.notice.bad', 'cannot be reached'));
      await click(tab, 'Delete…');
      await click(tab, 'Delete');
      await tab.waitFor(says('dialog', 'WhatsApp could not be asked'));
      await click(tab, 'Delete all the same');
      await tab.waitFor(says('.told', 'its phone may still list the device'));
    });

    it('says that a token is wrong, and keeps none', async () => {
      const tab = await opened(await serve());
      await enter(tab, 'some-other-token');
      await tab.waitFor(says('[role=alert]', 'wactl does not take this token.'));
      expect(await tab.value(`document.activeElement.id`)).toBe('token');
      await enter(tab);
      await tab.waitFor(`document.querySelector('.board')`);
      expect(
        await tab.value(`({
        stored: localStorage.length + sessionStorage.length,
        cookie: document.cookie,
        asked: performance.getEntriesByType('resource').some(({ name }) => name.includes(${quoted(token)})),
        shown: document.documentElement.outerHTML.includes(${quoted(token)}) || location.href.includes(${quoted(token)}),
      })`),
      ).toEqual({ stored: 0, cookie: '', asked: false, shown: false });
      await tab.goTo(await tab.value<string>('location.href'));
      await tab.waitFor(`document.activeElement?.id === 'token'`);
    });

    it('offers what the token is allowed', async () => {
      await place.pair('shop');
      const made = async (...flags: string[]): Promise<string> =>
        (JSON.parse((await place.run(['token', 'create', ...flags, '--json'])).stdout) as { token: string })
          .token;
      const reading = await made('looker', '--scope', 'read');
      const pairing = await made('desk', '--scope', 'pair', '--session', 'shop');
      const served = await serve();
      for (const [key, words, buttons] of [
        [reading, 'looker: may look', ['Sign out']],
        [pairing, 'desk: may pair, connect and disconnect, with shop alone', ['Sign out', 'Connect']],
      ] as const) {
        const tab = await opened(served);
        await enter(tab, key);
        await tab.waitFor(says('.who', words));
        await choose(tab, 'shop');
        expect(
          await tab.value(
            `[...document.querySelectorAll('button')].filter((one) => one.checkVisibility()).map((one) => one.textContent)`,
          ),
        ).toEqual(buttons);
        await fits(tab, phone);
      }
    });

    it('says that the connection is lost, and shows how things are when it is back', async () => {
      await place.pair('shop');
      const served = await serve();
      const tab = await inside(served);
      await choose(tab, 'shop');
      served.running.kill('SIGKILL');
      await tab.waitFor(says('.banner', 'No answer from wactl.'));
      await place.run(['update', 'shop', '--name', 'Renamed']);
      await serve([], token, new URL(served.url).port);
      await tab.waitFor(`document.querySelector('.banner').hidden`);
      await tab.waitFor(says('h2', 'Renamed'));
    });

    it('leads back to the login when the server does not take the token any more', async () => {
      const served = await serve();
      const tab = await inside(served);
      await click(tab, 'New session');
      served.running.kill('SIGKILL');
      await tab.waitFor(`!document.querySelector('.banner').hidden`);
      await serve([], 'another-token-for-this', new URL(served.url).port);
      await tab.waitFor(says('[role=alert]', 'does not take this token any more'));
      await tab.waitFor(`!document.querySelector('dialog, .board')`);
      await enter(tab, 'another-token-for-this');
      await tab.waitFor(`document.querySelector('.board')`);
    });

    it('can be used by keyboard alone', async () => {
      const tab = await opened(await serve(), screen);
      await tab.waitFor(`document.activeElement?.id === 'token'`);
      await tab.type(token);
      await tab.press('Enter');
      await tab.waitFor(says('.empty', 'No sessions yet'));
      const focused = (): Promise<string> => tab.value(`document.activeElement.textContent.slice(0, 20)`);
      await tab.press('Tab', 'Tab');
      expect(await focused()).toBe('New session');
      expect(await tab.value(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
      await tab.press('Enter');
      await tab.waitFor(`document.activeElement?.id === 'new-name'`);
      await tab.type('Keys');
      // The id, the way, and the two buttons.
      await tab.press('Tab', 'Tab', 'ArrowDown', 'Tab');
      await tab.type('+15550100001');
      await tab.press('Tab', 'Tab', ' ');
      await tab.waitFor(says('.pairing .title', 'Type this code on your phone'));
      expect(await focused()).toBe('Keys');
      await tab.press('Tab');
      expect(await focused()).toBe('Pair by a code');
      await tab.press('Enter');
      await tab.waitFor(`document.activeElement?.id === 'code-phone'`);
      await tab.press('Escape');
      await tab.waitFor(`!document.querySelector('dialog')`);
      expect(await focused()).toBe('Pair by a code');
      await tab.press('Tab', 'Enter');
      await tab.waitFor(button('Show QR code'));
      expect(await focused()).toBe('Keys');
    });

    it('shows the words of strangers as words', async () => {
      const evil = '<img src=x onerror="document.title=1"></script>\u202eab';
      const strange = await Place.make({ account: { pushName: evil } });
      try {
        await strange.pair('shop');
        await strange.run(['update', 'shop', '--name', evil]);
        const running = strange.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
        const { url } = await running.event(({ event }) => event === 'ready');
        const tab = await inside({ running, url: String(url) });
        await choose(tab, 'shop');
        expect(await tab.value(`document.querySelector('h2').children.length`)).toBe(0);
        expect(await tab.value(`document.querySelector('h2').textContent`)).toContain('<img src=x');
        await tab.waitFor(says('.facts', '<img src=x'));
        expect(await tab.value(`document.querySelectorAll('img:not(.qr)').length`)).toBe(0);
        await fits(tab, phone);
      } finally {
        await strange.remove();
      }
    });

    it('lists many sessions, finds one, and shows names that do not fit', async () => {
      const served = await serve();
      const long = `Customer ${'Donaudampfschifffahrt'.repeat(8)}`;
      for (let at = 0; at < 60; at++)
        await api(served, 'POST', 'sessions', {
          id: `s${at}`,
          name: at === 59 ? long : `C ${at}`,
          connect: false,
        });
      const tab = await inside(served);
      await tab.waitFor(says('.count', '50 of 60 sessions'));
      await click(tab, 'Show more');
      await tab.waitFor(`document.querySelectorAll('.rows li').length === 60`);
      await fits(tab, phone);
      await tab.value(`document.querySelector('#search').focus()`);
      await tab.type('donau');
      await tab.waitFor(`document.querySelectorAll('.rows li').length === 1`);
      await choose(tab, 's59');
      await fits(tab, phone);
      await tab.type('x');
      await tab.value(`location.hash = '#/'`);
      await tab.value(
        `document.querySelector('select').value = 'logged_in'; document.querySelector('select').dispatchEvent(new Event('change'))`,
      );
      await tab.waitFor(says('.empty', 'No session matches.'));
    });

    it('shows the deliveries of a webhook, and tests it', async () => {
      await place.pair('shop');
      const receiver = await startWebhookReceiver();
      try {
        await place.run(['update', 'shop', '--webhook-url', receiver.url]);
        const crm = new URL('/crm', receiver.url).href;
        await place.run(['webhook', 'set', 'shop', 'crm', '--webhook-url', crm, '--webhook-events', 'qr']);
        const tab = await inside(await serve(), screen);
        await choose(tab, 'shop');
        await tab.waitFor(says('.webhook', 'Nothing has been delivered yet.'));
        await tab.value(
          `document.querySelector('.webhook select').value = 'crm'; document.querySelector('.webhook select').dispatchEvent(new Event('change'))`,
        );
        await tab.waitFor(says('.webhook .url', '/crm'));
        await click(tab, 'Send a test event');
        expect((await receiver.next()).path).toBe('/crm');
        await tab.value(
          `document.querySelector('.webhook select').value = 'default'; document.querySelector('.webhook select').dispatchEvent(new Event('change'))`,
        );
        await tab.waitFor(says('.webhook .url', '/hook'));
        await click(tab, 'Send a test event');
        await tab.waitFor(says('.notice.good', 'The webhook took the test'));
        await click(tab, 'Connect');
        await tab.waitFor(says('.deliveries', 'session.logged_in'));
        await tab.waitFor(`!document.querySelector('.deliveries .waiting')`);
        await tab.value(`document.querySelector('[aria-label="Send session.logged_in again"]').click()`);
        await tab.waitFor(says('.notice.good', '1 event is sent again'));
        const ids = new Set<string>();
        for (let { id } = await receiver.next(); !ids.has(id); { id } = await receiver.next()) ids.add(id);
      } finally {
        await receiver.close();
      }
    });

    it('keeps to itself: no markup or script of others, no request to elsewhere', async () => {
      const tab = await inside(await serve());
      const tried = await tab.value<string[]>(`(async () => {
      const blocked = [];
      const done = new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          if (blocked.push(effectiveDirective) === 3) resolve();
        });
      });
      try { document.querySelector('h1').innerHTML = '<b>x</b>'; } catch {}
      document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:1/x.png' }));
      fetch('http://127.0.0.1:1/').catch(() => undefined);
      await done;
      return blocked.sort();
    })()`);
      expect(tried).toEqual(['connect-src', 'img-src', 'require-trusted-types-for']);
    });
  },
);

describe('the page of serve', () => {
  it('is there without the token, tells nothing, and keeps to itself', async () => {
    const { url } = await serve();
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'sha256-[^;]+'; style-src 'sha256-[^;]+'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
      ) as string,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(await answer.text()).not.toMatch(/<(link|script|img)[^>]+(src|href)="(?!data:,")/);
    const data = await fetch(`${url}/api/v1/sessions`);
    expect([data.status, data.headers.get('cache-control')]).toEqual([401, 'no-store']);
  });

  it('is not there with --no-page', async () => {
    const { url } = await serve(['--no-page']);
    expect((await fetch(`${url}/`)).status).toBe(401);
    expect((await fetch(`${url}/`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
  });
});
