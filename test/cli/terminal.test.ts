import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { darkTheme, lightTheme, readQr, takePicture } from '../support/terminal-picture.ts';
import type { TestTerminal } from '../support/terminal.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const large = { columns: 120, rows: 40 };
const usual = { columns: 80, rows: 24 };
const blocks = /[▄▀█]/;

/** What a phone reads on the screen, once all of it is drawn: a QR can be read before its last line is there. */
const scanned = (terminal: TestTerminal): Promise<string> =>
  terminal.waitFor(() =>
    /renews in \d+ s/.test(terminal.text()) ? readQr(takePicture(terminal.screen, darkTheme)) : undefined,
  );

describe('create on a terminal', () => {
  it('draws a QR that pairs when it is scanned, and leaves one sentence', async () => {
    const terminal = await place.terminal(['create', 'my-phone'], large);
    const text = await scanned(terminal);
    expect(readQr(takePicture(terminal.screen, lightTheme))).toBe(text);
    expect(terminal.cursorIsShown).toBe(false);
    const lines = terminal.text().split('\n');
    expect(lines[0]).toBe('Scan it: WhatsApp > Linked devices > Link a device');
    expect(lines.at(-1)).toMatch(
      /^renews in \d+ s · 3 min left · Ctrl-C stops · does not scan\? --web, --pair$/,
    );
    place.sandbox.scan(text);
    expect(await terminal.exited).toEqual({ status: 0, signal: undefined });
    expect(terminal.text()).toBe(
      'my-phone is logged in (Sandy Box, +15550100001)\noffline now; keep it online: wactl connect my-phone --detach',
    );
    expect(terminal.everything()).not.toMatch(blocks);
    expect(terminal.screen.buffer.active.type).toBe('normal');
    expect(terminal.cursorIsShown).toBe(true);
  });

  it('says when the QR does not fit, and draws it once it does', async () => {
    const terminal = await place.terminal(['create', 'my-phone', '--name', 'Front desk'], usual);
    await terminal.waitForText('The QR expires in ');
    expect(terminal.text().replace(/in \d+ s/, 'in N s')).toBe(
      [
        'The QR needs 65 × 36, this terminal has 80 × 24: enlarge it or zoom out',
        '',
        'Or stop with Ctrl-C and use:',
        "  wactl create my-phone --name 'Front desk' --web",
        "  wactl create my-phone --name 'Front desk' --output qr.png",
        "  wactl create my-phone --name 'Front desk' --pair PHONE",
        '',
        'The QR expires in N s',
      ].join('\n'),
    );
    terminal.resize(large);
    place.sandbox.scan(await scanned(terminal));
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.text()).toBe(
      'my-phone is logged in (Sandy Box, +15550100001)\noffline now; keep it online: wactl connect my-phone --detach',
    );
  });

  it('draws it on 80 × 24 as an image in a terminal that answers that it shows images', async () => {
    const kitty = '\x1b_Gi=31;OK\x1b\\';
    const answers = { kitty, attributes: '\x1b[?62c' };
    const terminal = await place.terminal(['create', 'my-phone'], usual, {}, answers);
    const text = await terminal.waitFor(
      ({ screen, image }) => image && readQr(takePicture(screen, lightTheme, image)),
    );
    expect(terminal.image?.protocol).toBe('kitty');
    place.sandbox.scan(text);
    expect(await terminal.exited).toEqual({ status: 0, signal: undefined });
    expect(terminal.image).toBeUndefined();
    expect(terminal.text()).toBe(
      'my-phone is logged in (Sandy Box, +15550100001)\noffline now; keep it online: wactl connect my-phone --detach',
    );
  });

  it('stops at Ctrl-C while the terminal is asked what it can draw', async () => {
    const terminal = await place.terminal(['create', 'my-phone'], usual, {}, {});
    await terminal.waitFor(() => terminal.isAsked);
    terminal.sendKeys('\x03');
    expect(await terminal.exited).toMatchObject({ status: 130 });
    expect(terminal.text()).toContain('wactl: stopped by SIGINT');
    expect(terminal.cursorIsShown).toBe(true);
  });

  it.each([
    [
      'why there is no QR, and what to do',
      ['create', 'my-phone'],
      'The QR expires in',
      [
        'The QR needs 65 × 36, this terminal has',
        '40 × 14: enlarge it or zoom out',
        '',
        'Or stop with Ctrl-C and use:',
        '  wactl create my-phone --web',
        '  wactl create my-phone --output qr.png',
        '  wactl create my-phone --pair PHONE',
        '',
        'The QR expires in N s',
      ],
    ],
    [
      'a pairing code, and where to type it',
      ['create', 'my-phone', '--pair', '+15550100001', '--code', 'ABCDEFGH'],
      'The code expires in',
      [
        'Pairing code for +15550100001:',
        '',
        '    ABCD-EFGH',
        '',
        'On that phone, in WhatsApp:',
        '  1. Settings > Linked devices > Link a',
        '     device',
        '  2. Link with phone number instead',
        '  3. type the code',
        '',
        'The code expires in N s',
      ],
    ],
  ])('40 columns show all of %s', async (_name, args, sign, lines) => {
    const terminal = await place.terminal(args, { columns: 40, rows: 14 });
    await terminal.waitForText(sign);
    expect(
      terminal
        .text()
        .replace(/in \d+ s/, 'in N s')
        .split('\n'),
    ).toEqual(lines);
  });

  it('says what it waits for once it is logged in', async () => {
    place.sandbox.fault({ kind: 'no_first_sync' });
    const terminal = await place.terminal(['create', 'my-phone'], large);
    place.sandbox.scan(await scanned(terminal));
    await terminal.waitForText("logged in; waiting for the phone's first messages");
    terminal.sendKeys('\x03');
    expect(await terminal.exited).toEqual({ status: 130, signal: undefined });
    expect(terminal.text()).toBe(
      'wactl: stopped by SIGINT; my-phone is paired\n' +
        'wactl: hint: the session is kept; check it with: wactl status my-phone',
    );
  });

  it('wipes it on Ctrl-C', async () => {
    const terminal = await place.terminal(['create', 'my-phone'], large);
    await scanned(terminal);
    terminal.sendKeys('\x03');
    expect(await terminal.exited).toMatchObject({ status: 130 });
    expect(terminal.text()).toBe(
      'wactl: stopped by SIGINT\nwactl: hint: nothing was kept; start again with: wactl create my-phone',
    );
    expect(terminal.everything()).not.toMatch(blocks);
    expect(terminal.cursorIsShown).toBe(true);
    expect((await place.run(['list'])).stdout).toBe('');
  });

  it('shows a pairing code, and wipes it', async () => {
    const terminal = await place.terminal(['create', 'my-phone', '--pair', '+15550100001'], usual);
    const code = await terminal.waitFor(() => /^ {4}(\w{4}-\w{4})$/m.exec(terminal.text())?.[1]);
    await place.sandbox.enterCode('15550100001', code);
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.everything()).not.toContain(code);
    expect(terminal.text()).toBe(
      'my-phone is logged in (Sandy Box, +15550100001)\noffline now; keep it online: wactl connect my-phone --detach',
    );
  });

  it('--quiet shows the QR and nothing else', async () => {
    const terminal = await place.terminal(['create', 'my-phone', '--quiet'], large);
    place.sandbox.scan(await scanned(terminal));
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.everything().trim()).toBe('');
  });

  it('NO_COLOR leaves the QR readable, and the words plain', async () => {
    const terminal = await place.terminal(['create', 'my-phone'], large, { NO_COLOR: '1' });
    place.sandbox.scan(await scanned(terminal));
    expect(await terminal.exited).toMatchObject({ status: 0 });
    const cell = terminal.screen.buffer.active.getLine(0)?.getCell(0);
    expect({ chars: cell?.getChars(), isDefault: cell?.isFgDefault() }).toEqual({
      chars: 'm',
      isDefault: true,
    });
  });

  it('marks a success in colour', async () => {
    const terminal = await place.terminal(['create', 'my-phone'], large);
    place.sandbox.scan(await scanned(terminal));
    await terminal.exited;
    expect(terminal.screen.buffer.active.getLine(0)?.getCell(0)?.isFgDefault()).toBe(false);
  });

  it('TERM=dumb draws nothing, and names the other ways', async () => {
    const terminal = await place.terminal(['create', 'my-phone'], usual, { TERM: 'dumb' });
    expect(await terminal.exited).toMatchObject({ status: 2 });
    expect(terminal.text()).toBe(
      [
        'wactl: error: there is no terminal to draw the QR on',
        'wactl: hint: use --web, --json, --format raw, --output qr.png, --style ascii, or',
        ' pair by code',
      ].join('\n'),
    );
  });

  it('--json prints only JSON', async () => {
    const terminal = await place.terminal(['create', 'my-phone', '--json', '--quiet'], {
      columns: 4000,
      rows: 40,
    });
    const qr = await terminal.waitFor(() => /"qr":"([^"]+)"/.exec(terminal.text())?.[1]);
    place.sandbox.scan(qr);
    expect(await terminal.exited).toMatchObject({ status: 0 });
    const lines = terminal.text().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(lines.length);
  });

  it('a PNG does not garble it', async () => {
    const terminal = await place.terminal(['create', 'my-phone', '--format', 'png'], usual);
    expect(await terminal.exited).toMatchObject({ status: 2 });
    expect(terminal.text()).toBe(
      'wactl: error: a PNG would garble this terminal\nwactl: hint: add --output qr.png, or redirect stdout',
    );
  });
});

describe('tables and records on a terminal', () => {
  it('are aligned, and fit', async () => {
    await place.pair('my-phone', '--name', 'Support Bot');
    const terminal = await place.terminal(['list'], usual);
    await terminal.exited;
    const lines = terminal.text().split('\n');
    expect(lines[0]).toMatch(/^ID +NAME +STATUS +PHONE +PUSH NAME +LAST SEEN$/);
    expect(lines[1]).toMatch(/^my-phone +Support Bot +offline +\+15550100001 +Sandy Box +just now$/);
    expect(lines).toHaveLength(2);
    const status = await place.terminal(['status', 'my-phone'], usual);
    expect(await status.exited).toMatchObject({ status: 0 });
    expect(status.text()).toMatch(/^id {9}my-phone\nstatus {5}logged in\nphone {6}\+15550100001\n/);
  });
});

describe('a question', () => {
  const question = 'Delete my-phone (+15550100001) for good, and unlink it from its phone? [y/N]';

  beforeEach(() => place.pair('my-phone'));

  it.each(['y', 'YES'])('%s is a yes', async (answer) => {
    const terminal = await place.terminal(['delete', 'my-phone'], usual);
    await terminal.waitForText(question);
    terminal.sendKeys(`${answer}\r`);
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.text()).toBe(`${question} ${answer}\nmy-phone: deleted`);
    expect(place.sandbox.devices).toEqual([]);
  });

  it.each(['n', '', 'yo'])('"%s" is a no', async (answer) => {
    const terminal = await place.terminal(['delete', 'my-phone'], usual);
    await terminal.waitForText(question);
    terminal.sendKeys(`${answer}\r`);
    expect(await terminal.exited).toMatchObject({ status: 2 });
    expect(terminal.text()).toBe(`${question} ${answer}\nwactl: nothing was done`);
    expect(await place.run(['status', 'my-phone'])).toMatchObject({ status: 0 });
  });

  it('Ctrl-C ends it', async () => {
    const terminal = await place.terminal(['logout', 'my-phone'], usual);
    await terminal.waitForText('Unlink my-phone (+15550100001) from its phone? [y/N]');
    terminal.sendKeys('\x03');
    expect(await terminal.exited).toMatchObject({ status: 130 });
    expect(terminal.text()).toMatch(/\? \[y\/N\] \^C\nwactl: stopped by SIGINT$/);
    expect(await place.run(['status', 'my-phone'])).toMatchObject({ status: 0 });
  });
});

it('a long wait spins, and leaves nothing behind', async () => {
  await place.pair('my-phone');
  place.sandbox.fault({ kind: 'stall_login' });
  const terminal = await place.terminal(['status', 'my-phone', '--timeout', '1500ms'], usual);
  await terminal.waitFor(() => /^\S asking WhatsApp$/m.test(terminal.text()) || undefined);
  expect(await terminal.exited).toMatchObject({ status: 5 });
  expect(terminal.text()).not.toContain('asking WhatsApp');
  expect(terminal.cursorIsShown).toBe(true);
});

it('list --watch shows changes in place, fits a new size, and gives the terminal back at Ctrl-C', async () => {
  await place.run(['create', 'first', '--no-connect']);
  const terminal = await place.terminal(['list', '--watch', '--every', '1s'], { columns: 80, rows: 24 });
  await terminal.waitForText('first');
  expect(terminal.text()).toMatch(/^every 1s; Ctrl-C ends; last at \d\d:\d\d:\d\d\n\nID/);
  expect(terminal.cursorIsShown).toBe(false);
  await place.run(['create', 'second', '--no-connect']);
  await terminal.waitForText('second');
  expect(terminal.text().match(/first/g)).toHaveLength(1);
  terminal.resize({ columns: 20, rows: 24 });
  await terminal.waitFor(() => /every 1s; Ctrl-C\nends/.test(terminal.text()));
  terminal.sendKeys('\x03');
  expect((await terminal.exited).status).toBe(130);
  expect(terminal.cursorIsShown).toBe(true);
  expect(terminal.text().replaceAll('\n', '')).toBe('wactl: stopped by SIGINT');
});
