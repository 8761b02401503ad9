import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureText, golden, goldenJson, steady } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { JsonEvent } from '../support/cli-running.ts';
import { readPng } from '../support/cli-png.ts';

let place: Place;
const phone = '15550100001';

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const kinds = (lines: readonly JsonEvent[]) =>
  lines.map(({ event, status }) => (event === 'status' ? String(status) : event));

const pairedRecord = {
  status: 'logged_in',
  is_logged_in: true,
  paired: true,
  phone_number: phone,
  push_name: 'Sandy Box',
  whatsapp_jid: `${phone}@s.whatsapp.net`,
  platform: 'android',
};

describe('pairing by QR', () => {
  it('--json prints every step, and the login last', async () => {
    const creating = place.start(['create', 'my-phone', '--json']);
    place.sandbox.scan(await creating.qr());
    const { status, lines, stderr } = goldenJson(place, await creating.exited);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: '',
    });
    expect(kinds(lines)).toEqual([
      'connecting',
      'connected',
      'qr',
      'connecting',
      'connected',
      'logged_in',
      'logged_in',
    ]);
    expect(lines[2]).toEqual({
      event: 'qr',
      id: 'my-phone',
      seq: 1,
      qr: expect.stringMatching(/^https:\/\/wa\.me\/settings\/linked_devices#/) as string,
      qr_code: expect.stringMatching(/^data:image\/png;base64,/) as string,
      rescan: false,
      timeout_seconds: 60,
      expires_at: 'TIME',
      status: 'waiting_for_qr',
    });
    const qrCode = String(lines[2]?.['qr_code']).replace('data:image/png;base64,', '');
    expect(readPng(Buffer.from(qrCode, 'base64'))).toBe(lines[2]?.['qr']);
    expect(lines.at(-1)).toMatchObject({ event: 'logged_in', id: 'my-phone', ...pairedRecord });
    expect(place.sandbox.devices).toMatchObject([{ preKeyUploads: 1, uploadedPreKeys: 812 }]);
  });

  it('--format raw prints the text, for whatever draws it', async () => {
    const creating = place.start(['create', 'my-phone', '--format', 'raw']);
    place.sandbox.scan(await creating.waitFor(() => /^(.+)\n/.exec(creating.stdout)?.[1]));
    const { status, stdout, stderr } = await creating.exited;
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        'my-phone is logged in (Sandy Box, +15550100001)\noffline now; keep it online: wactl connect my-phone --detach\n',
    });
    expect(stdout).toMatch(/^https:\S+\n$/);
  });

  it('--format data-url prints a picture as text', async () => {
    const creating = place.start(['create', 'my-phone', '--format', 'data-url', '--quiet']);
    const base64 = await creating.waitFor(() => /^data:image\/png;base64,(.+)\n/.exec(creating.stdout)?.[1]);
    place.sandbox.scan(readPng(Buffer.from(base64, 'base64')));
    expect(await creating.exited).toMatchObject({ status: 0, stderr: '' });
  });

  it('--format svg and png go down a pipe', async () => {
    const drawing = place.start(['create', 'one', '--format', 'svg', '--quiet']);
    await drawing.waitFor(() => drawing.stdout.includes('</svg>') || undefined);
    drawing.kill('SIGINT');
    expect((await drawing.exited).stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const creating = place.start(['create', 'two', '--format', 'png', '--quiet']);
    const png = await creating.waitFor(() => creating.stdoutBytes.includes('IEND') && creating.stdoutBytes);
    place.sandbox.scan(readPng(png));
    expect((await creating.exited).status).toBe(0);
  });

  it.each(['qr.png', 'qr.svg', 'qr.txt'])('--output %s is private, and gone at the end', async (name) => {
    const creating = place.start(['create', 'my-phone', '--output', name]);
    await creating.said(`The QR is in ${name}. Scan it with WhatsApp > Linked devices > Link a device.\n`);
    const path = join(place.work, name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const content = await readFile(path);
    if (name === 'qr.svg') creating.kill('SIGTERM');
    else place.sandbox.scan(name === 'qr.png' ? readPng(content) : content.toString());
    expect((await creating.exited).status).toBe(name === 'qr.svg' ? 143 : 0);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('--output to an unwritable place fails at once, and keeps nothing', async () => {
    const outcome = await place.run(['create', 'my-phone', '--output', 'no/such/qr.png']);
    expect(golden(place, outcome)).toEqual({
      status: 2,
      stdout: '',
      stderr: failureText('the QR cannot be written to "no/such/qr.png": ENOENT', 'choose another --output'),
    });
    expect((await place.run(['list'])).stdout).toBe('');
  });

  it('--style ascii draws into a log', async () => {
    const creating = place.start(['create', 'my-phone', '--style', 'ascii']);
    await creating.said('This QR expires at ');
    creating.kill('SIGINT');
    const { status, stdout, stderr } = await creating.exited;
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
    expect(stderr).not.toMatch(/[^\x20-\x7e\n]/);
    expect(steady(place, stderr).replace(/^[ #\n]+/, '')).toBe(
      `This QR expires at TIME\n${failureText('stopped by SIGINT', 'nothing was kept; start again with: wactl create my-phone --style ascii')}`,
    );
  });

  it('without a terminal names the other ways', async () => {
    expect(await place.run(['create', 'my-phone'])).toEqual({
      status: 2,
      stdout: '',
      stderr: failureText(
        'there is no terminal to draw the QR on',
        'use --web, --json, --format raw, --output qr.png, --style ascii, or pair by code',
      ),
    });
    expect((await place.run(['list'])).stdout).toBe('');
  });
});

describe('pairing an existing session', () => {
  it('works after create --no-connect, with qr and a prefix of its id', async () => {
    await place.run(['create', 'my-phone', '--no-connect', '--name', 'Later']);
    const pairing = place.start(['qr', 'my', '--json']);
    place.sandbox.scan(await pairing.qr());
    const lines = jsonLines((await pairing.exited).stdout);
    expect(lines.at(-1)).toMatchObject({
      event: 'logged_in',
      id: 'my-phone',
      name: 'Later',
      ...pairedRecord,
    });
  });

  it('keeps its settings when nobody pairs after create --no-connect', async () => {
    await place.run(['create', 'my-phone', '--no-connect', '--name', 'Later']);
    const giving = await place.run(['pair', 'my-phone', `+${phone}`, '--timeout', '1s', '--json']);
    expect(jsonLines(giving.stdout).at(-1)).toEqual({
      event: 'error',
      error: {
        code: 'pairing_expired',
        message: 'my-phone: nobody paired in time',
        hint: 'allow more time with --timeout',
        exit_status: 7,
      },
    });
    const pairing = place.start(['pair', 'my-phone', `+${phone}`, '--json']);
    const { code } = await pairing.event(({ event }) => event === 'pair_code');
    await place.sandbox.enterCode(phone, String(code));
    const lines = jsonLines((await pairing.exited).stdout);
    expect(lines.at(-1)).toMatchObject({ event: 'logged_in', name: 'Later', ...pairedRecord });
  });

  it('works after the phone has unlinked it, as status says', async () => {
    await place.pair('my-phone');
    place.sandbox.unlink(phone);
    expect(golden(place, await place.run(['status', 'my-phone']))).toEqual({
      status: 4,
      stdout: 'id\tmy-phone\nstatus\tlogged out\nas of\tTIME\n',
      stderr: failureText(
        'my-phone: the phone unlinked this device',
        'pair it again with: wactl qr my-phone',
      ),
    });
    const { status, lines } = goldenJson(place, await place.run(['status', 'my-phone', '--json']));
    expect({ status, lines }).toEqual({
      status: 4,
      lines: [
        {
          connected: false,
          id: 'my-phone',
          status: 'logged_out',
          is_logged_in: false,
          source: 'live',
          as_of: 'TIME',
          last_close: { reason: 'logged_out', code: 401, at: 'TIME' },
        },
      ],
    });
    const pairing = place.start(['qr', 'my-phone', '--json']);
    place.sandbox.scan(await pairing.qr());
    expect(await pairing.exited).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'my-phone'])).toMatchObject({ status: 0 });
    expect(place.sandbox.devices.map(({ id, uploadedPreKeys }) => ({ id, uploadedPreKeys }))).toEqual([
      { id: 2, uploadedPreKeys: 812 },
    ]);
  });

  it('is not done by create, which leaves a session with that id alone', async () => {
    await place.pair('my-phone');
    expect(await place.run(['create', 'my-phone', '--json'])).toEqual({
      status: 3,
      stdout: `${JSON.stringify({
        error: {
          code: 'already_exists',
          message: 'session "my-phone" already exists',
          hint: 'choose another id',
          exit_status: 3,
        },
      })}\n`,
      stderr: '',
    });
    expect(await place.run(['status', 'my-phone'])).toMatchObject({ status: 0 });
  });
});
