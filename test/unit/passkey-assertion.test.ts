import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { checkAssertion } from '../../src/domain/passkey-assertion.ts';
import { passkeySnippet, readPasskeyOptions } from '../../src/domain/passkey-options.ts';
import type { PasskeyOptions } from '../../src/domain/passkey-options.ts';
import { PasskeyAuthenticator } from '../../src/sandbox/passkey-authenticator.ts';

const passkey = new PasskeyAuthenticator(Buffer.alloc(32, 1));
const written = {
  challenge: 'AQID',
  rpId: 'whatsapp.com',
  allowCredentials: [],
  userVerification: 'required',
};
const options: PasskeyOptions = { text: JSON.stringify(written), challenge: 'AQID', credentialIds: [] };
const right = passkey.sign(options.text);

type Json = { [name: string]: unknown; response: Record<string, unknown> };
/** The right answer with some fields changed. */
const changed = (change: (answer: Json) => void): string => {
  const answer = JSON.parse(right) as Json;
  change(answer);
  return JSON.stringify(answer);
};
const base64Url = (text: string): string => Buffer.from(text).toString('base64url');

describe('an answer of a passkey', () => {
  it('comes out in the one form that WhatsApp takes, with its credential id', () => {
    const { text, credentialId } = checkAssertion(right, options);
    expect(credentialId).toEqual(passkey.credentialId);
    const { id, rawId, response } = JSON.parse(right) as Json;
    expect(JSON.parse(text)).toEqual({ id, rawId, type: 'public-key', response });
  });

  it('may be pasted: quotes and words around it, line breaks in it, padded base64', () => {
    const { text } = checkAssertion(right, options);
    const broken = right.replace(/.{60}/g, '$&\r\n');
    for (const pasted of [`> '${right}'\n`, broken, `undefined\n${right}\n\n`])
      expect(checkAssertion(pasted, options).text).toBe(text);
    const padded = changed(({ response }) => {
      const bytes = Buffer.from(String(response['signature']), 'base64url');
      response['signature'] = bytes.toString('base64');
    });
    expect(checkAssertion(padded, options).text).toBe(text);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', 'hello', /it is not JSON/],
    ['a list', '[1]', /it is not JSON/],
    ['16 kB', `{"a":"${'x'.repeat(17_000)}"}`, /longer than 16384 bytes/],
    [
      'no response',
      changed((answer) => delete (answer as Partial<Json>).response),
      /clientDataJSON is missing/,
    ],
    ['no signature', changed(({ response }) => delete response['signature']), /signature is missing/],
    ['an empty signature', changed(({ response }) => (response['signature'] = '')), /it has no signature/],
    ['no base64', changed(({ response }) => (response['signature'] = 'ä')), /signature is not base64/],
    ['another type', changed((answer) => (answer['type'] = 'password')), /not an answer of a passkey/],
    ['two ids', changed((answer) => (answer['rawId'] = 'AAAA')), /id and rawId differ/],
    [
      'an id of 1,024 bytes',
      changed((answer) => (answer['id'] = answer['rawId'] = 'A'.repeat(1_366))),
      /has 1024 bytes/,
    ],
    ['cut data', changed(({ response }) => (response['authenticatorData'] = 'AAAA')), /only 3 bytes/],
    [
      'clientDataJSON as text',
      changed(({ response }) => (response['clientDataJSON'] = base64Url('x'))),
      /clientDataJSON is not JSON/,
    ],
    [
      'a frame',
      changed(
        ({ response }) =>
          (response['clientDataJSON'] = base64Url(
            JSON.stringify({
              type: 'webauthn.get',
              challenge: 'AQID',
              origin: 'https://web.whatsapp.com',
              crossOrigin: true,
            }),
          )),
      ),
      /frame of another page/,
    ],
    ['another challenge', passkey.sign(options.text, { challenge: 'AAAA' }), /answers another request/],
    [
      'another origin',
      passkey.sign(options.text, { origin: 'https://web.whatsapp.com.evil.example' }),
      /on another page/,
    ],
    ['another purpose', passkey.sign(options.text, { type: 'webauthn.create' }), /not made to log in/],
    [
      'another site',
      passkey.sign(options.text, { relyingParty: 'example.org' }),
      /of another site than whatsapp.com/,
    ],
    ['an unverified owner', passkey.sign(options.text, { isUnverified: true }), /did not check its owner/],
  ])('%s: refused with a sentence of its own', (_, given, words) => {
    expect(() => checkAssertion(given, options)).toThrow(words);
  });

  it('of a passkey that was not asked for is refused', () => {
    const one = { ...options, credentialIds: ['AAAA'] };
    expect(() => checkAssertion(right, one)).toThrow('from a passkey that WhatsApp did not ask for');
    const own = { ...options, credentialIds: ['AAAA', passkey.credentialId.toString('base64url')] };
    expect(checkAssertion(right, own).credentialId).toEqual(passkey.credentialId);
  });
});

describe('the request for a passkey', () => {
  it('is read as WhatsApp writes it', () => {
    const bytes = Buffer.from(
      JSON.stringify({ ...written, challenge: 'AQI+/w==', allowCredentials: [{ id: 'AAA=' }] }),
    );
    expect(readPasskeyOptions(bytes)).toMatchObject({ challenge: 'AQI-_w', credentialIds: ['AAA'] });
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['4,097 bytes', Buffer.from(JSON.stringify({ ...written, more: 'x'.repeat(4_100) }))],
    ['half of it', Buffer.from('{"challenge":')],
    ['no challenge', Buffer.from(JSON.stringify({ ...written, challenge: undefined }))],
    ['another site', Buffer.from(JSON.stringify({ ...written, rpId: 'example.org' }))],
    ['bytes that are not UTF-8', Buffer.from([0xff])],
    ['a credential without id', Buffer.from(JSON.stringify({ ...written, allowCredentials: [{}] }))],
  ])('%s: no browser could answer', (_, bytes) => {
    expect(readPasskeyOptions(bytes)).toBeUndefined();
  });

  it('as a line for a console: one line, whatever the request has in it', () => {
    const line = passkeySnippet({ challenge: 'AQID', rpId: "a'b\n</script>" });
    expect(line).not.toContain('\n');
    expect(() => new Script(line)).not.toThrow();
  });
});
