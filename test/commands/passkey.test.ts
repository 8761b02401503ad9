import { describe, expect, it } from 'vitest';
import { runPasskey } from '../../src/commands/passkey.ts';
import { runPasskeySign } from '../../src/commands/passkey-sign.ts';
import { WactlError } from '../../src/errors.ts';
import { PasskeyAuthenticator } from '../../src/sandbox/passkey-authenticator.ts';
import { outcome, world } from '../support/fake-context.ts';

const request = JSON.stringify({ challenge: 'AQID', rpId: 'whatsapp.com' });
const passkey = new PasskeyAuthenticator(Buffer.alloc(32, 1));

describe('passkey sign', () => {
  it('prints what the browser has signed, and asks it with the request and the flags', async () => {
    const asked: unknown[] = [];
    const { cx, io } = world({
      io: { stdin: `${request}\n` },
      signPasskey: (given) => {
        asked.push(given);
        return Promise.resolve(passkey.sign(given.request));
      },
    });
    expect(await outcome(runPasskeySign(cx, { browser: '/b', profile: '/p' }))).toBe(0);
    expect(asked).toEqual([{ request, browser: '/b', profile: '/p' }]);
    expect(JSON.parse(io.stdout.join('\n'))).toMatchObject({ type: 'public-key' });
  });

  it.each(['', 'hello', '{"challenge":"AQID","rpId":"example.org"}'])(
    'opens no browser for what is not a request of WhatsApp: %j',
    async (stdin) => {
      const { cx } = world({ io: { stdin } });
      expect(await outcome(runPasskeySign(cx, {}))).toMatch(/^usage \(2\)/);
    },
  );

  it('refuses what the browser has signed when WhatsApp would not accept it', async () => {
    const { cx, io } = world({
      io: { stdin: request },
      signPasskey: () => Promise.resolve(passkey.sign(request, { isUnverified: true })),
    });
    expect(await outcome(runPasskeySign(cx, {}))).toMatch(/^usage \(2\)/);
    expect(io.stdout).toEqual([]);
  });

  it('ends with 10 when nobody used the passkey', async () => {
    const { cx } = world({
      io: { stdin: request },
      signPasskey: () =>
        Promise.reject(new WactlError('passkey_required', 'the passkey was not used: cancelled')),
    });
    expect(await outcome(runPasskeySign(cx, {}))).toMatch(/^passkey_required \(10\)/);
  });
});

describe('passkey ID --assertion, when the codes have to be compared', () => {
  const compared = (answers: readonly boolean[]) => {
    const confirmed: string[] = [];
    const made = world({
      io: { canPrompt: true, answers, files: { 'a.json': '{}' } },
      holder: {
        answerPasskey: () => Promise.resolve({ code: '5GVKQGZY', needsConfirmation: true }),
        confirmPasskey: ({ id }) => Promise.resolve(void confirmed.push(id)),
      },
    });
    return { ...made, confirmed };
  };

  it('a yes confirms them', async () => {
    const { cx, io, has, confirmed } = compared([true]);
    await has({ id: 'shop' });
    expect(await outcome(runPasskey(cx, { id: 'shop', assertion: 'a.json' }))).toBe(0);
    expect(io.stdout).toEqual(['shop: the phone shows the code 5GVK-QGZY']);
    expect(confirmed).toEqual(['shop']);
  });

  it('a no confirms nothing', async () => {
    const { cx, has, confirmed } = compared([false]);
    await has({ id: 'shop' });
    expect(await outcome(runPasskey(cx, { id: 'shop', assertion: 'a.json' }))).toMatch(/^declined \(2\)/);
    expect(confirmed).toEqual([]);
  });
});

describe('passkey ID --options, when nothing is asked', () => {
  it.each([
    [
      'a new session',
      undefined,
      'usage (2): shop: WhatsApp asks for no passkey now | pair it with: wactl qr shop',
    ],
    [
      'one that is paired',
      {},
      'usage (2): shop is paired already: it needs no passkey | to see whether it is logged in: wactl status shop',
    ],
  ])('says what to do with %s', async (_, paired, words) => {
    const { cx, has } = world({});
    await has({ id: 'shop' }, paired);
    expect(await outcome(runPasskey(cx, { id: 'shop', options: true }))).toBe(words);
  });
});
