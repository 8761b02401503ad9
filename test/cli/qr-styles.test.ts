import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../support/bundle.ts';
import type { Bundle } from '../support/bundle.ts';
import { madeUpPayload } from '../support/qr-payload.ts';
import { cellPixels, darkTheme, lightTheme, readQr, takePicture } from '../support/terminal-picture.ts';
import { TestTerminal } from '../support/terminal.ts';
import type { TerminalSize, TerminalTalk } from '../support/terminal.ts';

const payload = madeUpPayload(1);
const next = madeUpPayload(2);

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

type Options = {
  readonly style?: string;
  readonly verbose?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: TerminalTalk;
};

async function show(size: TerminalSize, { style = 'auto', verbose, env, answers }: Options) {
  const options = JSON.stringify({ style, verbose, invert: false, json: false });
  terminal = await TestTerminal.start({
    command: [process.execPath, program.file, options, payload, next],
    size,
    ...(env && { env }),
    ...(answers && { answers }),
  });
  await terminal.waitFor((shown) => /renews in|expires in/.test(shown.text()));
  return terminal;
}

const sizes = {
  '80x24': { columns: 80, rows: 24 },
  '100x40': { columns: 100, rows: 40 },
  '140x70': { columns: 140, rows: 70 },
} as const;
type SizeName = keyof typeof sizes;
const sizeNames = Object.keys(sizes) as SizeName[];
const themes = [darkTheme, lightTheme];

const { width, height } = cellPixels;
const plain: TerminalTalk = { attributes: '\x1b[?62;22c' };
const withCell = { cell: `\x1b[6;${height};${width}t` };
const kitty: TerminalTalk = { ...plain, ...withCell, kitty: '\x1b_Gi=31;OK\x1b\\' };
const sixel: TerminalTalk = { ...withCell, attributes: '\x1b[?63;1;2;4;22c' };
const named = (name: string): TerminalTalk => ({ ...plain, version: `\x1bP>|${name}\x1b\\` });

/** What a phone reads on each theme, once it reads something: a large image comes in several pieces. */
const read = (shown: TestTerminal) =>
  shown.waitFor(({ screen, image }) => {
    const texts = themes.map((theme) => readQr(takePicture(screen, theme, image)));
    return texts[0] === undefined ? undefined : texts;
  });

describe('each style is read on a dark and a light theme, or the sentence stands there', () => {
  const rows = (['half-block', 'sextant', 'kitty', 'iterm2', 'sixel', 'ascii'] as const).flatMap((style) =>
    sizeNames.map((size) => [style, size] as const),
  );
  const missing: Partial<Record<string, Partial<Record<SizeName, string>>>> = {
    'half-block': { '80x24': 'The QR needs 65 × 36, this terminal has 80 × 24: enlarge it or zoom out' },
    ascii: {
      '80x24': 'The QR needs 130 × 67, this terminal has 80 × 24: enlarge it or zoom out',
      '100x40': 'The QR needs 130 × 67, this terminal has 100 × 40: enlarge it or zoom out',
    },
  };

  it.each(rows)('%s on %s', async (style, size) => {
    const shown = await show(sizes[size], { style, answers: sixel });
    const sentence = missing[style]?.[size];
    if (sentence) {
      expect(shown.text().split('\n')[0]).toBe(sentence);
      expect(shown.image).toBeUndefined();
      return;
    }
    expect(await read(shown)).toEqual([payload, payload]);
    const isImage = ['kitty', 'iterm2', 'sixel'].includes(style);
    expect(shown.image?.protocol).toBe(isImage ? style : undefined);
    expect(shown.text().split('\n')[0]).toBe('Scan it: WhatsApp > Linked devices > Link a device');
    shown.signal('SIGUSR2');
    await shown.waitFor(() => readQr(takePicture(shown.screen, darkTheme, shown.image)) === next);
    shown.signal('SIGTERM');
    await shown.exited;
    expect(shown.image).toBeUndefined();
    expect(shown.text()).toBe('before the QR\npaired');
  });
});

describe('auto', () => {
  const utf8 = { LC_ALL: 'sk_SK.UTF-8' };
  it.each<readonly [string, SizeName, string, Options]>([
    ['half blocks where they fit, whatever the terminal can do', '100x40', 'half-block', { answers: kitty }],
    ['an image of kitty, by its answer', '80x24', 'kitty', { answers: kitty }],
    ['sixels, by its answer', '80x24', 'sixel', { answers: sixel }],
    [
      "iTerm2's images, by its name and an answer that has images",
      '80x24',
      'iterm2',
      { answers: sixel, env: { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.4.0' } },
    ],
    [
      'no image in VS Code while its images are off',
      '80x24',
      'none',
      { answers: plain, env: { TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.100.0' } },
    ],
    [
      'no image of another terminal, from which this one was started',
      '80x24',
      'none',
      { answers: plain, env: { KITTY_WINDOW_ID: '1', WEZTERM_PANE: '0' } },
    ],
    [
      'sextants in a terminal that draws them',
      '80x24',
      'sextant',
      { answers: plain, env: { VTE_VERSION: '7200' } },
    ],
    [
      'sextants by the name that the terminal answers',
      '80x24',
      'sextant',
      { answers: named('foot(1.16.2)') },
    ],
    ['no sextants in one that leaves them to the font', '80x24', 'none', { answers: named('XTerm(379)') }],
    ['no sextants in an old VTE', '80x24', 'none', { answers: plain, env: { VTE_VERSION: '5801' } }],
    [
      'no sixels where the size of a character is not known',
      '80x24',
      'none',
      { answers: { attributes: '\x1b[?4c' } },
    ],
    [
      'what the environment tells where nothing answers',
      '80x24',
      'kitty',
      { answers: {}, env: { TERM: 'xterm-kitty' } },
    ],
    ['nothing by guess', '80x24', 'none', { answers: {} }],
    ['nothing inside tmux', '80x24', 'none', { answers: kitty, env: { TMUX: '/tmp/tmux-1/default,1,0' } }],
    [
      'ascii where nothing else than ASCII is shown',
      '140x70',
      'ascii',
      { answers: plain, env: { LC_ALL: 'C' } },
    ],
    ['an image there, if there are images', '80x24', 'kitty', { answers: kitty, env: { LC_ALL: 'POSIX' } }],
    [
      'half blocks where no locale is set',
      '100x40',
      'half-block',
      { answers: plain, env: { LC_ALL: '', LANG: '' } },
    ],
  ])('%s', async (_name, size, style, options) => {
    const shown = await show(sizes[size], { ...options, env: { ...utf8, ...options.env }, verbose: true });
    const isDrawn = style !== 'none';
    if (isDrawn) expect(await read(shown)).toEqual([payload, payload]);
    else expect(readQr(takePicture(shown.screen, darkTheme, shown.image))).toBeUndefined();
    shown.signal('SIGTERM');
    await shown.exited;
    // Wrapped at 80 columns; a late answer on a busy machine makes it two sentences.
    const said = shown.text().replaceAll(/(?<=.{80})\n/g, '');
    expect(said).toContain(isDrawn ? `debug: QR as ${style} on` : 'debug: no QR on');
  });
});

it('a smaller window turns half blocks into an image, and a larger one turns it back', async () => {
  const shown = await show(sizes['100x40'], { answers: kitty });
  expect(await read(shown)).toEqual([payload, payload]);
  expect([shown.isAsked, shown.image]).toEqual([false, undefined]);
  shown.resize(sizes['80x24']);
  await shown.waitFor(() => shown.image);
  expect(await read(shown)).toEqual([payload, payload]);
  shown.resize({ columns: 80, rows: 10 });
  await shown.waitForText('this terminal has 80 × 10');
  expect(shown.image).toBeUndefined();
  shown.resize(sizes['100x40']);
  await shown.waitForText('renews in');
  expect(shown.image).toBeUndefined();
  expect(await read(shown)).toEqual([payload, payload]);
});
