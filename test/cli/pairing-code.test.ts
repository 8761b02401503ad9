import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureText, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;
const phone = '15550100001';

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** A pairing code on show, as a person reads it. */
const shownCode = /^ {4}([1-9A-Z]{4}-[1-9A-Z]{4})$/m;

describe('pairing by code', () => {
  it('shows the code to a person', async () => {
    const creating = place.start(['create', 'my-phone', '--pair', '+1 555 010 0001']);
    const code = await creating.waitFor(() => shownCode.exec(creating.stderr)?.[1]);
    await creating.said('The code expires in ');
    await place.sandbox.enterCode(phone, code);
    const { status, stdout, stderr } = await creating.exited;
    expect({ status, stdout, stderr: stderr.replace(code, 'CODE').replace(/in \d+ s/, 'in N s') }).toEqual({
      status: 0,
      stdout: '',
      stderr: `Pairing code for +15550100001:

    CODE

On that phone, in WhatsApp:
  1. Settings > Linked devices > Link a device
  2. Link with phone number instead
  3. type the code

The code expires in N s
my-phone is logged in (Sandy Box, +15550100001)
offline now; keep it online: wactl connect my-phone --detach
`,
    });
  });

  it('--json prints it as an event; a custom code is accepted', async () => {
    const asked = place.sandbox.waitFor('code_requested');
    const creating = place.start([
      ...['create', 'my-phone', '--json', '--pair', '+15550100001'],
      ...['--code', 'wact-1san', '--no-push-notification'],
    ]);
    const { code } = await creating.event(({ event }) => event === 'pair_code');
    expect(code).toBe('WACT-1SAN');
    expect(await asked).toMatchObject({ phone, pushNotification: false });
    await place.sandbox.enterCode(phone, String(code));
    const { status, lines } = goldenJson(place, await creating.exited);
    expect(status).toBe(0);
    expect(lines.find(({ event }) => event === 'pair_code')).toEqual({
      event: 'pair_code',
      id: 'my-phone',
      seq: 1,
      code: 'WACT-1SAN',
      phone_number: phone,
      timeout_seconds: 180,
      expires_at: 'TIME',
      status: 'waiting_for_pair_code',
    });
    expect(lines.at(-1)).toMatchObject({ event: 'logged_in', status: 'logged_in', phone_number: phone });
  });

  it('a wrong code may be typed again', async () => {
    const creating = place.start(['create', 'my-phone', '--pair', '+15550100001', '--code', 'ABCDEFGH']);
    await creating.said('The code expires in ');
    await expect(place.sandbox.enterCode(phone, 'ABCDEFGJ')).rejects.toThrow('the phone says');
    await creating.said(
      'wactl: warning: pairing has not finished; perhaps a wrong code was typed: type the code above on the phone\n',
    );
    await place.sandbox.enterCode(phone, 'ABCDEFGH');
    expect((await creating.exited).status).toBe(0);
  });

  it.each([
    [
      { code: 429, backoff: 90 },
      'WhatsApp was asked for too many pairing codes (429): WhatsApp asks to wait 90 s',
      'wait before you ask for another one, or pair by QR now: wactl create my-phone',
    ],
    [
      { code: 404 },
      'the phone number is not on WhatsApp (404)',
      'check the number and its country code, or pair by QR: wactl create my-phone',
    ],
    [
      { code: 400 },
      'WhatsApp did not accept the request for a pairing code (400)',
      'check the phone number; if it is right, wait some minutes, or pair by QR: wactl create my-phone',
    ],
  ])('is refused when WhatsApp answers %o', async (fault, message, hint) => {
    place.sandbox.fault({ kind: 'code_refused', ...fault });
    expect(await place.run(['create', 'my-phone', '--pair', '+15550100001'])).toEqual({
      status: 7,
      stdout: '',
      stderr: failureText(`my-phone: ${message}`, hint),
    });
  });
});
