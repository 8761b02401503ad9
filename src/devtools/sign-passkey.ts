import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { passkeyOrigin } from '../domain/passkey-options.ts';
import { forBrowser } from '../domain/without-secrets.ts';
import { WactlError } from '../errors.ts';
import { DevToolsPipe } from './devtools-pipe.ts';

export type SignOptions = {
  /** PublicKeyCredentialRequestOptionsJSON. */
  readonly request: string;
  /** The program. */
  readonly browser: string;
  /** A directory with a profile; a new one that is removed afterwards when undefined. */
  readonly profile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes a private directory, which is removed by the next such call of any process if this one is killed. */
  readonly temporary: () => Promise<string>;
  readonly signal: AbortSignal;
};

/** A small page of the origin: only a real one may use its passkeys, one that is made up by the browser's own tools may not. */
const page = `${passkeyOrigin}/robots.txt`;
const closesWithinMs = 2_000;

/**
 * Lets the person's own browser ask for the passkey of their WhatsApp account, in a window of its own, and returns what it has
 * signed, as JSON. Throws WactlError (`passkey_required`), or the signal's reason; the browser has ended then.
 */
export async function signPasskey(options: SignOptions): Promise<string> {
  const { browser, profile, temporary, signal } = options;
  signal.throwIfAborted();
  const own = profile === undefined ? await temporary() : undefined;
  const child = spawn(browser, flags(profile ?? own ?? ''), {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: forBrowser(options.env),
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = (): void => void child.kill();
  signal.addEventListener('abort', stop, { once: true });
  const pipe = new DevToolsPipe(child.stdio[3] as Writable, child.stdio[4] as Readable);
  child.once('error', (error) => pipe.fail(error));
  void ended.then(() => pipe.fail(new Error('its window was closed')));
  try {
    return await signOn(pipe, options.request);
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WactlError(
      'passkey_required',
      `the passkey was not used: ${why}`,
      'try again, or use the console of the browser that has it: wactl passkey ID --snippet',
      { cause },
    );
  } finally {
    signal.removeEventListener('abort', stop);
    await close(pipe, child, ended);
    if (own !== undefined) await rm(own, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

const flags = (profile: string): string[] => [
  '--remote-debugging-pipe',
  `--user-data-dir=${profile}`,
  '--no-first-run',
  '--no-default-browser-check',
  '--window-size=640,480',
  `--app=${page}`,
];

async function signOn(pipe: DevToolsPipe, request: string): Promise<string> {
  const { targetInfos } = await pipe.call<{ targetInfos: { type: string; targetId: string }[] }>(
    'Target.getTargets',
  );
  const target =
    targetInfos.find(({ type }) => type === 'page') ??
    (await pipe.call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' }));
  const { targetId } = target;
  const { sessionId } = await pipe.call<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  });
  const { errorText } = await pipe.call<{ errorText?: string }>('Page.navigate', { url: page }, sessionId);
  if (errorText !== undefined) throw new Error(`${page} cannot be opened (${errorText})`);
  const { result, exceptionDetails } = await pipe.call<Evaluated>(
    'Runtime.evaluate',
    { expression: script(request), userGesture: true, awaitPromise: true, returnByValue: true },
    sessionId,
  );
  if (exceptionDetails || typeof result.value !== 'object') throw new Error('its page could not ask for it');
  const { signed, refused } = result.value;
  if (signed !== undefined) return signed;
  throw new Error(refusals[refused?.name ?? ''] ?? `the browser says: ${refused?.message ?? 'nothing'}`);
}

type Evaluated = {
  readonly result: {
    readonly value?: {
      readonly signed?: string;
      readonly refused?: { readonly name: string; readonly message: string };
    };
  };
  readonly exceptionDetails?: object;
};

/** What the names of WebAuthn's errors mean to a person (WebAuthn level 3, section 5.1.4). */
const refusals: Readonly<Record<string, string>> = {
  NotAllowedError: 'it was cancelled, or nobody used it in time',
  SecurityError: `the browser was not on a page of ${passkeyOrigin}`,
};

/** Runs in the page. The window says what it is for; the request is written as JSON, which is JavaScript too. */
const script = (request: string): string => `(async () => {
  const loaded = () => document.readyState === 'complete' && location.origin === ${JSON.stringify(passkeyOrigin)};
  while (!loaded()) await new Promise((resolve) => setTimeout(resolve, 20));
  document.title = 'Passkey of your WhatsApp account';
  const words = document.createElement('p');
  words.textContent = 'wactl is linking a device to your WhatsApp account, and WhatsApp asks for your passkey. ' +
    'Use it now; this window then closes by itself. If you did not start this, close the window.';
  words.style.cssText = 'font: 18px/1.5 system-ui, sans-serif; max-width: 30em; margin: 3em auto; white-space: normal';
  document.body.replaceChildren(words);
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(JSON.parse(request))});
    const answer = await navigator.credentials.get({ publicKey });
    return { signed: JSON.stringify(answer) };
  } catch ({ name, message }) {
    return { refused: { name, message } };
  }
})()`;

/** Asks it to end, so that it writes its profile; then makes it. */
async function close(pipe: DevToolsPipe, child: ChildProcess, ended: Promise<void>): Promise<void> {
  pipe.call('Browser.close').catch(() => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), closesWithinMs);
  await ended;
  clearTimeout(timer);
}
