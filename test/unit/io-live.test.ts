import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestIo } from '../support/open-test-io.ts';
import { madeUpPayload } from '../support/qr-payload.ts';
import { darkTheme, readQr, takePicture } from '../support/terminal-picture.ts';

const large = { columns: 120, rows: 45 };
const onTerminal = {
  to: 'terminal',
  style: 'auto',
  invert: false,
  otherWays: {
    short: ['wactl pair my-phone PHONE'],
    commands: ['wactl qr my-phone --output qr.png', 'wactl pair my-phone PHONE'],
  },
} as const;
const payload = madeUpPayload(1);
const blocks = /[▄▀█]/;

describe('a QR on a terminal', () => {
  it('counts down, expires in time, and is replaced by the next', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: large });
    const display = io.qrDisplay(onTerminal);
    await display.show({ payload, expiresAt: new Date(clock.now().getTime() + 20_500), rescan: false });
    expect(await stderr.text()).toContain('renews in 21 s');
    await clock.advance(500);
    expect(await stderr.text()).toContain('renews in 20 s');
    await clock.advance(19_999);
    expect(await stderr.text()).toContain('renews in 1 s');
    expect(readQr(takePicture(stderr.screen, darkTheme))).toBe(payload);
    await clock.advance(1);
    expect(await stderr.text()).toBe('This QR has expired. Waiting for the next one…');
    expect(clock.sleeping).toEqual([]);
    const next = madeUpPayload(2);
    await display.show({ payload: next, expiresAt: new Date(clock.now().getTime() + 20_000), rescan: false });
    expect(await stderr.text()).toContain('renews in 20 s');
    expect(readQr(takePicture(stderr.screen, darkTheme))).toBe(next);
    await display.end();
    expect(await stderr.text()).toBe('');
    expect(clock.sleeping).toEqual([]);
  });

  it('can be shown again after its end', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: large });
    const display = io.qrDisplay(onTerminal);
    await display.end();
    await display.show({ payload, expiresAt: new Date(clock.now().getTime() + 20_000), rescan: false });
    await stderr.text();
    expect(readQr(takePicture(stderr.screen, darkTheme))).toBe(payload);
    await display.end();
  });

  it('writes only the countdown when only that has changed', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: large });
    const display = io.qrDisplay(onTerminal);
    await display.show({ payload, expiresAt: new Date(clock.now().getTime() + 20_000), rescan: false });
    const before = stderr.written.length;
    await clock.advance(1_000);
    expect(stderr.written.slice(before).match(/renews in 19 s/g)).toHaveLength(1);
    expect(stderr.written.slice(before)).not.toMatch(blocks);
    await display.end();
  });

  it('shows messages below it meanwhile, and again afterwards', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: large }, { color: false });
    const display = io.qrDisplay(onTerminal);
    await display.show({ payload, expiresAt: new Date(clock.now().getTime() + 20_000), rescan: false });
    io.warn('that took long');
    expect((await stderr.text()).split('\n').at(-1)).toBe('wactl: warning: that took long');
    await display.end();
    expect(await stderr.text()).toBe('wactl: warning: that took long');
  });

  it('is not drawn after its end', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: large });
    const display = io.qrDisplay(onTerminal);
    const showing = display.show({
      payload,
      expiresAt: new Date(clock.now().getTime() + 20_000),
      rescan: false,
    });
    await display.end();
    await showing;
    expect(stderr.written).toBe('');
  });

  it.each([
    ['no terminal', {}, {}],
    ['a dumb terminal', { stderr: large }, { env: { TERM: 'dumb' } }],
  ])('is not drawn on %s: another way is named, once', async (_name, sizes, options) => {
    const { io, stderr, clock } = await openTestIo(sizes, { color: false, ...options });
    const display = io.qrDisplay(onTerminal);
    for (let seq = 0; seq < 3; seq++) await display.show({ payload, expiresAt: clock.now(), rescan: false });
    await display.end();
    expect(stderr.written).toBe(
      'wactl: warning: no terminal to draw the QR on; use: --output qr.png, --format raw, or --json\n',
    );
  });
});

describe('a QR in a log', () => {
  it('is written line by line in plain characters', async () => {
    const { io, stderr, clock } = await openTestIo();
    const display = io.qrDisplay({ ...onTerminal, style: 'ascii' });
    await display.show({ payload, expiresAt: clock.now(), rescan: false });
    await display.end();
    const lines = stderr.written.split('\n');
    expect(lines).toHaveLength(61 + 8 + 2);
    expect(lines[4]).toMatch(/^ {8}#{14}[ #]*#{14} {8}$/);
    expect(lines.at(-2)).toBe('This QR expires at ' + clock.now().toISOString());
  });
});

describe('a pairing code', () => {
  const lines = [
    'Pairing code for +15551234567:',
    '',
    '    ABCD-EFGH',
    '',
    'On that phone, in WhatsApp:',
    '  1. Settings > Linked devices > Link a device',
    '  2. Link with phone number instead',
    '  3. type the code',
    '',
  ];

  it('counts down on a terminal, and is wiped', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: { columns: 80, rows: 24 } }, { quiet: true });
    const display = io.pairCodeDisplay('ABCDEFGH', '15551234567', new Date(clock.now().getTime() + 160_000));
    expect(await stderr.text()).toBe([...lines, 'The code expires in 160 s'].join('\n'));
    await clock.advance(1_000);
    expect(await stderr.text()).toContain('The code expires in 159 s');
    io.warn('the code was wrong');
    expect(await stderr.text()).toContain('the code was wrong');
    display.end();
    expect(await stderr.text()).toBe('wactl: warning: the code was wrong');
  });

  it('is written once where there is no terminal', async () => {
    const { io, stderr, clock } = await openTestIo({}, { quiet: true });
    io.pairCodeDisplay('ABCDEFGH', '15551234567', new Date(clock.now().getTime() + 160_000)).end();
    expect(stderr.written).toBe([...lines, 'The code expires in 160 s', ''].join('\n'));
  });

  it('is left to the event with --json', async () => {
    const { io, stdout, stderr, clock } = await openTestIo({}, { json: true });
    io.pairCodeDisplay('ABCDEFGH', '15551234567', clock.now()).end();
    expect([stdout.written, stderr.written]).toEqual(['', '']);
  });
});

describe('a QR on stdout', () => {
  it('is one line per QR', async () => {
    const { io, stdout, clock } = await openTestIo();
    const display = io.qrDisplay({ to: 'stdout', format: 'raw' });
    await display.show({ payload, expiresAt: clock.now(), rescan: false });
    await display.end();
    expect(stdout.written).toBe(`${payload}\n`);
    expect(await io.qrDataUrl(payload)).toMatch(/^data:image\/png;base64,iVBOR/);
  });
});

describe('a QR in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wactl-qr-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is whole, its owner’s alone, replaced by the next and gone at the end', async () => {
    const { io, stderr, clock } = await openTestIo();
    const path = join(folder, 'qr.txt');
    const display = io.qrDisplay({ to: 'file', format: 'raw', path });
    const next = madeUpPayload(2);
    await Promise.all([
      display.show({ payload, expiresAt: clock.now(), rescan: false }),
      display.show({ payload: next, expiresAt: clock.now(), rescan: false }),
    ]);
    expect(await readFile(path, 'utf8')).toBe(next);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(stderr.written).toBe(
      `The QR is in ${path}. Scan it with WhatsApp > Linked devices > Link a device.\n`,
    );
    await display.end();
    expect(await readdir(folder)).toEqual([]);
  });

  it('follows a link to an existing file, and leaves the link', async () => {
    const { io, clock } = await openTestIo();
    await writeFile(join(folder, 'target'), '');
    await symlink('target', join(folder, 'link'));
    const display = io.qrDisplay({ to: 'file', format: 'raw', path: join(folder, 'link') });
    await display.show({ payload, expiresAt: clock.now(), rescan: false });
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe(payload);
    await display.end();
    expect(await readdir(folder)).toEqual(['link', 'target']);
  });

  it('is an error where nothing can be written', async () => {
    const { io, clock } = await openTestIo();
    const path = join(folder, 'none', 'qr.png');
    const display = io.qrDisplay({ to: 'file', format: 'png', path });
    await expect(display.show({ payload, expiresAt: clock.now(), rescan: false })).rejects.toMatchObject({
      code: 'usage',
      message: `the QR cannot be written to "${path}": ENOENT`,
    });
    await display.end();
  });
});

describe('a screen of stdout', () => {
  const size = { columns: 40, rows: 10 };

  it('is redrawn for a new size, holds back what is said, and gives the terminal back', async () => {
    const { io, stdout, stderr } = await openTestIo({ stdout: size, stderr: size });
    const screen = io.screen();
    let width = 0;
    screen?.show(() => [
      `\x1b[2Jtitle ${'x'.repeat(34)} end`,
      io.keyValues([['width', String((width += 1))]]),
    ]);
    expect(await stdout.text()).toBe(`title ${'x'.repeat(34)}\nend\nwidth  1`);
    io.warn('something');
    io.spinner('waiting').stop();
    expect(stderr.written).toBe('');
    stdout.resize({ columns: 60, rows: 10 });
    expect(await stdout.text()).toBe(`title ${'x'.repeat(34)} end\nwidth  2`);
    screen?.end();
    expect(await stdout.text()).toBe('');
    expect(await stderr.text()).toBe('wactl: warning: something');
  });

  it('is not there for JSON, in a pipe, and on a dumb terminal', async () => {
    for (const [sizes, options] of [
      [{ stdout: size }, { json: true }],
      [{}, {}],
      [{ stdout: size }, { env: { TERM: 'dumb' } }],
    ] as const) {
      const { io } = await openTestIo(sizes, options);
      expect(io.screen()).toBeUndefined();
    }
  });
});
