// A real browser, over the DevTools protocol on a pipe (https://chromedevtools.github.io/devtools-protocol/): each message is
// JSON with a zero byte behind it. A driver package would bring a hundred times as much for these few calls.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { DevToolsPipe } from '../../src/devtools/devtools-pipe.ts';
import { pictureOfPng } from './picture-of-png.ts';
import type { Picture } from './terminal-picture.ts';

const names = ['chromium', 'chromium-headless-shell', 'chromium-browser', 'google-chrome', 'chrome'];

/** An installation that was cut short does not even tell its version. */
const works = (path: string): boolean =>
  existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;

/** Where this machine has Chromium; undefined where it has none, and tests that need it are skipped. */
export const chromiumPath: string | undefined = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(works);

type Look = { readonly width: number; readonly height: number; readonly scheme: 'light' | 'dark' };

/** As on a phone and on a screen, in both colour schemes. */
export const looks: readonly Look[] = [
  { width: 360, height: 740, scheme: 'light' },
  { width: 360, height: 740, scheme: 'dark' },
  { width: 1280, height: 800, scheme: 'light' },
  { width: 1280, height: 800, scheme: 'dark' },
];

/** Chromium without a window, with a profile of its own. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #home: string;
  readonly #exited: Promise<unknown>;
  readonly #pipe: DevToolsPipe;

  private constructor(path: string, home: string) {
    this.#home = home;
    // Without a sandbox of its own it runs as root, without /dev/shm in a container: it opens nothing but these tests' pages.
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
    ];
    this.#child = spawn(path, [...flags, '--remote-debugging-pipe', `--user-data-dir=${home}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home },
    });
    this.#exited = new Promise((resolve) => this.#child.once('close', resolve));
    this.#pipe = new DevToolsPipe(this.#child.stdio[3] as Writable, this.#child.stdio[4] as Readable);
    void this.#exited.then(() => this.#pipe.fail(new Error('the browser has ended')));
    this.#child.once('error', (error) => this.#pipe.fail(error));
  }

  static async start(): Promise<Browser> {
    if (chromiumPath === undefined) throw new Error('there is no Chromium on this machine');
    return new Browser(chromiumPath, await mkdtemp(join(tmpdir(), 'wactl-browser-')));
  }

  /** A tab of a profile that knows nothing of the others. */
  async open(look: Look): Promise<Tab> {
    const { browserContextId } = await this.call<{ browserContextId: string }>('Target.createBrowserContext');
    const { targetId } = await this.call<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
      browserContextId,
    });
    const { sessionId } = await this.call<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    });
    const tab = new Tab((method, params) => this.call(method, params, sessionId));
    await tab.lookLike(look);
    return tab;
  }

  call<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    return this.#pipe.call(method, params, sessionId);
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The least contrast of text that is shown to what is behind it (WCAG 2.2, 1.4.3). */
export const leastContrast = `(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    const { backgroundColor: colour } = getComputedStyle(one);
    return colour === 'rgba(0, 0, 0, 0)' && one.parentElement ? behind(one.parentElement) : colour;
  };
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const texts = [...document.querySelectorAll('main *, dialog *')].filter((one) => hasText(one) && one.checkVisibility());
  return Math.min(...texts.map((one) => {
    const [ink, paper] = [light(getComputedStyle(one).color), light(behind(one))];
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  }));
})()`;

type Call = <T>(method: string, params?: object) => Promise<T>;

/** Looks again whenever the page changes. */
const waitScript = (condition: string): string => `new Promise((resolve) => {
  const look = () => { if (${condition}) { seer.disconnect(); resolve(true); } };
  const seer = new MutationObserver(look);
  seer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  look();
})`;

const keyCodes: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Escape: 27, ' ': 32, ArrowDown: 40 };

const loadScript =
  "new Promise((resolve) => document.readyState === 'complete' ? resolve() : addEventListener('load', () => resolve()))";

export class Tab {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async lookLike({ width, height, scheme }: Look): Promise<void> {
    const size = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#call('Emulation.setDeviceMetricsOverride', size);
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.#call('Emulation.setEmulatedMedia', { features });
  }

  /** Opens an address and waits until the page has loaded. */
  async goTo(url: string): Promise<void> {
    const { errorText } = await this.#call<{ errorText?: string }>('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(errorText);
    await this.value(loadScript);
  }

  /** The value of an expression in the page, or of its promise. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#call<{
      result: { value: T };
      exceptionDetails?: object;
    }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** Resolves once the condition holds. */
  async waitFor(condition: string): Promise<void> {
    await this.value(waitScript(condition));
  }

  /** Types this where the focus is. */
  async type(text: string): Promise<void> {
    await this.#call('Input.insertText', { text });
  }

  /** Presses keys, one after the other: "Tab", "Shift+Tab", "Enter", "Escape", " ", "ArrowDown". */
  async press(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const [key = '', shift] = name.split('+').reverse();
      const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined;
      const stroke = {
        key,
        code: key === ' ' ? 'Space' : key,
        windowsVirtualKeyCode: keyCodes[key] ?? 0,
        modifiers: shift ? 8 : 0,
        ...(text === undefined ? {} : { text }),
      };
      await this.#call('Input.dispatchKeyEvent', { type: 'keyDown', ...stroke });
      await this.#call('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke });
    }
  }

  /** What a person sees without scrolling. */
  async screenshot(): Promise<Picture> {
    return pictureOfPng(await this.png());
  }

  async png(): Promise<Buffer> {
    const { data } = await this.#call<{ data: string }>('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  /** The page as a screen reader has it: "role: name" for everything that has a name. */
  async spoken(): Promise<string[]> {
    type Node = { ignored: boolean; role?: { value: string }; name?: { value: string } };
    const { nodes } = await this.#call<{ nodes: Node[] }>('Accessibility.getFullAXTree');
    return nodes
      .filter(({ ignored, name }) => !ignored && name?.value)
      .map(({ role, name }) => `${role?.value ?? ''}: ${name?.value ?? ''}`);
  }
}
