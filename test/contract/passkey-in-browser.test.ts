import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signPasskey } from '../../src/devtools/sign-passkey.ts';
import { checkAssertion } from '../../src/domain/passkey-assertion.ts';
import { readPasskeyOptions } from '../../src/domain/passkey-options.ts';
import { PasskeyAuthenticator } from '../../src/sandbox/passkey-authenticator.ts';
import { chromiumPath } from '../support/browser.ts';
import { passkeyBrowser } from '../support/passkey-browser.ts';

const passkey = new PasskeyAuthenticator(Buffer.alloc(32, 7));
const request = JSON.stringify({
  challenge: Buffer.from('a challenge of WhatsApp').toString('base64url'),
  timeout: 3_000,
  rpId: 'whatsapp.com',
  allowCredentials: [],
  userVerification: 'required',
  extensions: { uvm: true },
});

let temporary: string;
const signing = (browser: string, signal = new AbortController().signal): Promise<string> =>
  signPasskey({
    request,
    browser,
    profile: undefined,
    env: process.env,
    temporary: () => mkdtemp(join(temporary, 'profile-')),
    signal,
  });

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'wactl-sign-'));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

describe.skipIf(chromiumPath === undefined)(
  'a browser with the passkey (skipped where there is no Chromium)',
  () => {
    it('signs what WhatsApp accepts, and leaves nothing behind', async () => {
      const browser = await passkeyBrowser(passkey);
      try {
        const options = readPasskeyOptions(Buffer.from(request))!;
        const { text, credentialId } = checkAssertion(await signing(browser.path), options);
        expect(passkey.flawOf(text, credentialId, options.challenge)).toBeUndefined();
        expect(await readdir(temporary)).toEqual([]);
      } finally {
        await browser.close();
      }
    });

    it('in which nobody uses it says so', async () => {
      const browser = await passkeyBrowser(passkey, true);
      try {
        await expect(signing(browser.path)).rejects.toMatchObject({
          code: 'passkey_required',
          message: 'the passkey was not used: it was cancelled, or nobody used it in time',
        });
        expect(await readdir(temporary)).toEqual([]);
      } finally {
        await browser.close();
      }
    });
  },
);

describe('a browser', () => {
  it('that cannot be started, or ends at once, is told, and leaves nothing behind', async () => {
    await expect(signing('/bin/does-not-exist')).rejects.toMatchObject({ code: 'passkey_required' });
    await expect(signing('/bin/true')).rejects.toMatchObject({
      message: 'the passkey was not used: its window was closed',
    });
    expect(await readdir(temporary)).toEqual([]);
  });

  it('is not started after Ctrl-C', async () => {
    const reason = new Error('interrupted');
    await expect(signing('/bin/true', AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
