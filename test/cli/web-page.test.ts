import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, chromiumPath, looks } from '../support/browser.ts';
import type { Tab } from '../support/browser.ts';
import { failureText } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { readQr } from '../support/terminal-picture.ts';
import { writeProgram } from '../support/write-program.ts';

const address = /^open this page in a browser on this machine:\n(http:\/\/127\.0\.0\.1:\d+\/[\w-]{22})$/m;
const linked = 'Linked as +15550100001';
const phone = looks[0] ?? { width: 360, height: 740, scheme: 'light' };

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const addressOf = (running: Running): Promise<string> =>
  running.waitFor(() => address.exec(running.stderr)?.[1]);

const titled = (text: string): string =>
  `document.querySelector('h1').textContent === ${JSON.stringify(text)}`;
const picture = `document.querySelector('img')`;

describe.skipIf(chromiumPath === undefined)('--web in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.start();
  });
  afterAll(() => browser.close());

  async function opened(running: Running, look = phone): Promise<Tab> {
    const tab = await browser.open(look);
    await tab.goTo(await addressOf(running));
    return tab;
  }

  /** The payload of the QR in view, as a phone reads it. */
  async function seen(tab: Tab): Promise<string> {
    await tab.waitFor(`!${picture}.hidden`);
    await tab.value(`${picture}.decode()`);
    return readQr(await tab.screenshot()) ?? 'no QR is in view';
  }

  it.each(looks)('pairs the phone that scans the page at $width px, $scheme', async (look) => {
    const creating = place.start(['create', 'my-phone', '--web', '--verbose']);
    const tab = await opened(creating, look);
    const payload = await seen(tab);
    place.sandbox.scan(payload);
    await tab.waitFor(titled(linked));
    expect(await tab.value(`document.querySelector('.detail').textContent`)).toBe('Sandy Box');
    const { status, stdout, stderr } = await creating.exited;
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('my-phone is logged in (Sandy Box, +15550100001)');
    expect(stderr).not.toContain(payload);
  });

  it('shows a code, and how to type it', async () => {
    const creating = place.start(['create', 'my-phone', '--pair', '+15550100001', '--web', '--quiet']);
    const tab = await opened(creating);
    await tab.waitFor(titled('Type this code on your phone'));
    const code = await tab.value<string>(`document.querySelector('.seen').textContent`);
    expect(creating.stderr).not.toContain(code);
    await place.sandbox.enterCode('15550100001', code.replace('-', ''));
    await tab.waitFor(titled(linked));
    expect(await creating.exited).toMatchObject({ status: 0 });
  });

  it('pairs a session of a server', async () => {
    const env = { WACTL_TOKEN: 'a-token-for-this-test' };
    const serving = place.start(['serve', '--listen', '0', '--json'], { env });
    const { url } = await serving.event(({ event }) => event === 'ready');
    const creating = place.start(['create', 'my-phone', '--web', '--server', String(url)], { env });
    const tab = await opened(creating);
    place.sandbox.scan(await seen(tab));
    await tab.waitFor(titled(linked));
    expect(await creating.exited).toMatchObject({ status: 0 });
  });

  it('says why nothing was linked', async () => {
    const creating = place.start(['create', 'my-phone', '--web']);
    const tab = await opened(creating);
    await seen(tab);
    creating.kill('SIGINT');
    await tab.waitFor(titled('The pairing has ended'));
    expect(await tab.value(`document.querySelector('.detail').textContent`)).toBe('stopped by SIGINT');
    expect(await tab.value(`${picture}.hidden`)).toBe(true);
    expect(await creating.exited).toMatchObject({ status: 130 });
  });

  it('takes the QR away when the process is killed', async () => {
    const creating = place.start(['create', 'my-phone', '--web']);
    const tab = await opened(creating);
    await seen(tab);
    creating.kill('SIGKILL');
    await tab.waitFor(`${picture}.hidden`);
    await tab.waitFor(titled('wactl has ended'));
  });
});

describe('--web', () => {
  it('opens the page with the program that the environment names', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const asked = new Promise<string>((resolve) => {
      server.once('connection', (socket) => socket.setEncoding('utf8').once('data', resolve));
    });
    const program = join(place.home, 'browser');
    const { port } = server.address() as AddressInfo;
    const script = `require('node:net').connect(${port}, '127.0.0.1').end(process.argv[2]);`;
    writeProgram(program, `#!${process.execPath}\n${script}\n`);
    const creating = place.start(['create', 'my-phone', '--web'], { env: { WACTL_BROWSER: program } });
    const url = await asked;
    await creating.said(`opening this page in your browser:\n${url}\n`);
    server.close();
  });

  it('says the address when the browser cannot be started', async () => {
    const env = { WACTL_BROWSER: join(place.home, 'no-browser') };
    await addressOf(place.start(['create', 'my-phone', '--web'], { env }));
  });

  it('tells scripts the address and everything else, and ends without anybody looking', async () => {
    const creating = place.start(['create', 'my-phone', '--web', '--json'], {
      env: { WACTL_BROWSER: join(place.home, 'never-started') },
    });
    const { url } = await creating.event(({ event }) => event === 'web');
    expect(await addressOf(creating)).toBe(url);
    place.sandbox.scan(await creating.qr());
    const { status, stderr } = await creating.exited;
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `open this page in a browser on this machine:\n${String(url)}\n`,
    });
  });

  it('leaves nothing behind when it is stopped', async () => {
    const creating = place.start(['create', 'my-phone', '--web']);
    const url = await addressOf(creating);
    creating.kill('SIGINT');
    const { status, stderr } = await creating.exited;
    expect({ status, stderr: stderr.replace(url, 'URL') }).toEqual({
      status: 130,
      stderr: `open this page in a browser on this machine:\nURL\n${failureText('stopped by SIGINT', 'nothing was kept; start again with: wactl create my-phone --web')}`,
    });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
