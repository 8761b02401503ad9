import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../support/bundle.ts';
import type { Bundle } from '../support/bundle.ts';
import { madeUpPayload } from '../support/qr-payload.ts';
import { darkTheme, lightTheme, negative, readQr, takePicture } from '../support/terminal-picture.ts';
import { TestTerminal } from '../support/terminal.ts';
import type { TerminalSize } from '../support/terminal.ts';

const first = madeUpPayload(1);
const second = madeUpPayload(2);
const blocks = /[▄▀█]/;

let program: Bundle;
let terminal: TestTerminal | undefined;

beforeAll(async () => {
  program = await bundle('io-child.ts');
});
afterAll(() => program.remove());
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

const childCommand = (options: object): [string, ...string[]] => [
  process.execPath,
  program.file,
  JSON.stringify({ style: 'auto', invert: false, json: false, ...options }),
  first,
  second,
];

const start = async (size: TerminalSize, options: object = {}): Promise<TestTerminal> =>
  (terminal = await TestTerminal.start({ command: childCommand(options), size }));

const large = { columns: 120, rows: 40 };
const usual = { columns: 80, rows: 24 };

describe('a QR on a terminal', () => {
  it.each([
    ['large', large],
    ['with a wide quiet zone', { columns: 69, rows: 38 }],
    ['the least', { columns: 65, rows: 36 }],
  ])('reads on a dark and a light theme: %s', async (_name, size) => {
    const shown = await start(size);
    await shown.waitForText('renews in ');
    expect(readQr(takePicture(shown.screen, darkTheme))).toBe(first);
    expect(readQr(takePicture(shown.screen, lightTheme))).toBe(first);
  });

  it('reads in the style without block characters', async () => {
    const shown = await start({ columns: 140, rows: 72 }, { style: 'ascii' });
    await shown.waitForText('renews in ');
    expect(shown.everything()).not.toMatch(blocks);
    expect(readQr(takePicture(shown.screen, darkTheme))).toBe(first);
    expect(readQr(takePicture(shown.screen, lightTheme))).toBe(first);
  });

  it('has black and white swapped on demand', async () => {
    const shown = await start(large, { invert: true });
    await shown.waitForText('renews in ');
    expect(readQr(takePicture(shown.screen, darkTheme))).toBeUndefined();
    expect(readQr(negative(takePicture(shown.screen, darkTheme)))).toBe(first);
  });

  it('is replaced by the next one, and nothing of the old one is left', async () => {
    const shown = await start(large);
    await shown.waitForText('renews in ');
    shown.signal('SIGUSR2');
    await shown.waitFor(() => readQr(takePicture(shown.screen, darkTheme)) === second || undefined);
    expect(shown.everything().match(/renews in/g)).toHaveLength(1);
    expect(
      shown
        .everything()
        .split('\n')
        .filter((row) => blocks.test(row)).length,
    ).toBeLessThanOrEqual(35);
  });

  it('is not drawn where it does not fit, and is as soon as it does', async () => {
    const shown = await start(usual);
    await shown.waitForText('The QR needs 65 × 36, this terminal has 80 × 24: enlarge it or zoom out');
    expect(shown.text()).toContain('wactl qr my-phone --output qr.png');
    expect(shown.text()).toContain('wactl pair my-phone PHONE');
    expect(shown.everything()).not.toMatch(blocks);
    shown.resize(large);
    await shown.waitFor(() => readQr(takePicture(shown.screen, darkTheme)) === first || undefined);
    shown.resize(usual);
    await shown.waitForText('The QR needs 65 × 36');
    expect(shown.everything()).not.toMatch(blocks);
  });

  it.each([
    ['paired', (shown: TestTerminal) => shown.signal('SIGTERM'), 0],
    ['stopped', (shown: TestTerminal) => shown.sendKeys('\x03'), 130],
  ])('is gone when the pairing has ended: %s', async (word, endIt, status) => {
    const shown = await start(large);
    await shown.waitForText('renews in ');
    endIt(shown);
    expect(await shown.exited).toEqual({ status, signal: undefined });
    expect(shown.screen.buffer.active.type).toBe('normal');
    expect(shown.everything()).not.toMatch(blocks);
    expect(shown.text()).toBe(`before the QR\n${word}`);
  });

  it('stays whole when somebody types', async () => {
    const shown = await start({ columns: 65, rows: 36 });
    await shown.waitForText('renews in ');
    shown.sendKeys('\r\r');
    shown.signal('SIGUSR2');
    await shown.waitFor(() => readQr(takePicture(shown.screen, darkTheme)) === second || undefined);
    expect(shown.screen.buffer.active.length).toBe(36);
  });

  it('draws nothing on a terminal that also gets the JSON', async () => {
    const shown = await start(large, { json: true });
    await shown.waitForText('before the QR');
    shown.signal('SIGTERM');
    await shown.exited;
    expect(shown.everything()).not.toMatch(blocks);
  });

  it.each([
    ['a QR', {}, 'renews in ', true],
    ['a pairing code', { code: 'ABCDEFGH' }, 'ABCD-EFGH', false],
  ])(
    'Ctrl-Z gives the terminal back, and fg draws all of it again: %s',
    async (_name, options, sign, isQr) => {
      terminal = await TestTerminal.start({ command: ['bash', '--norc', '--noprofile', '-i'], size: large });
      const shell = terminal;
      const command = childCommand(options).map((word) => `'${word}'`);
      shell.sendKeys(`PS1='$ '; clear; ${command.join(' ')}\r`);
      await shell.waitForText(sign);
      shell.sendKeys('\x1a');
      await shell.waitFor(() => /Stopped.*\n\$$/s.test(shell.text()));
      expect(shell.screen.buffer.active.type).toBe('normal');
      expect(shell.cursorIsShown).toBe(true);
      expect(shell.everything()).not.toContain(sign);
      expect(shell.everything()).not.toMatch(blocks);
      // Only the shell is told of this: the program has to look again.
      shell.resize({ columns: 110, rows: 42 });
      shell.sendKeys('fg\r');
      await shell.waitFor(
        () => shell.screen.buffer.active.type === 'alternate' && shell.text().includes(sign),
      );
      expect(shell.cursorIsShown).toBe(false);
      if (isQr) {
        await shell.waitFor(() => readQr(takePicture(shell.screen, darkTheme)) === first);
        shell.resize(usual);
        await shell.waitForText('this terminal has 80 × 24');
      }
      shell.sendKeys('\x03');
      await shell.waitFor(
        () => shell.text().includes('stopped') && shell.screen.buffer.active.type === 'normal',
      );
      expect(shell.cursorIsShown).toBe(true);
      expect(shell.everything()).not.toContain(sign);
    },
  );

  it('Ctrl-Z where nothing can be stopped leaves the QR as it was', async () => {
    const shown = await start(large);
    await shown.waitForText('renews in ');
    let left = 0;
    shown.screen.buffer.onBufferChange(({ type }) => (left += Number(type === 'normal')));
    shown.sendKeys('\x1a');
    await shown.waitFor(
      () =>
        left === 1 && shown.screen.buffer.active.type === 'alternate' && shown.text().includes('renews in '),
    );
    expect(readQr(takePicture(shown.screen, darkTheme))).toBe(first);
  });
});
