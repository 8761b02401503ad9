import { describe, expect, it } from 'vitest';
import { canBeAsked } from '../../src/terminal/terminal-graphics.ts';
import { programFromAnswer, programFromEnv, signOf } from '../../src/terminal/terminal-program.ts';
import type { TerminalProgram } from '../../src/terminal/terminal-program.ts';

const drawn = (program: TerminalProgram | undefined): string[] =>
  (['kitty', 'iterm2', 'sixel', 'sextant'] as const).filter((style) => signOf(program, style) !== null);

describe('the environment tells what the terminal draws', () => {
  it.each<readonly [string, string, string]>([
    ['TERM=xterm-kitty', 'kitty', 'kitty sextant'],
    ['TERM=xterm-256color KITTY_WINDOW_ID=1', 'kitty', 'kitty'],
    ['TERM=xterm-ghostty', 'Ghostty', 'kitty sextant'],
    ['TERM_PROGRAM=ghostty', 'Ghostty', 'kitty sextant'],
    ['GHOSTTY_RESOURCES_DIR=/x', 'Ghostty', 'kitty'],
    ['TERM_PROGRAM=WezTerm', 'WezTerm', 'kitty iterm2 sixel sextant'],
    [
      'TERM_PROGRAM=WezTerm TERM_PROGRAM_VERSION=20240203-110809-5046fc22',
      'WezTerm',
      'kitty iterm2 sixel sextant',
    ],
    ['TERM_PROGRAM=WezTerm TERM_PROGRAM_VERSION=20210314-114017', 'WezTerm', 'kitty sixel'],
    ['WEZTERM_PANE=0', 'WezTerm', 'kitty iterm2 sixel'],
    ['LC_TERMINAL=WezTerm', 'WezTerm', 'kitty iterm2 sixel sextant'],
    ['TERM=foot-extra', 'foot', 'sextant'],
    ['TERM_PROGRAM=rio TERM_PROGRAM_VERSION=0.1.12', 'Rio', 'kitty sixel'],
    ['TERM_PROGRAM=rio TERM_PROGRAM_VERSION=0.1.13', 'Rio', 'kitty iterm2 sixel'],
    ['TERM_PROGRAM=WarpTerminal', 'Warp', 'kitty'],
    ['TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.5.14', 'iTerm2', 'iterm2'],
    ['TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.6.0', 'iTerm2', 'kitty iterm2'],
    ['TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=2.1.4', 'iTerm2', ''],
    ['LC_TERMINAL=iTerm2 LC_TERMINAL_VERSION=3.5.0', 'iTerm2', 'iterm2'],
    ['TERM_PROGRAM=vscode TERM_PROGRAM_VERSION=1.79.2', 'VS Code', ''],
    ['TERM_PROGRAM=vscode TERM_PROGRAM_VERSION=1.80.0', 'VS Code', 'iterm2 sixel'],
    ['TERM_PROGRAM=mintty', 'mintty', 'iterm2 sixel'],
    ['KONSOLE_VERSION=220399', 'Konsole', ''],
    ['KONSOLE_VERSION=220400', 'Konsole', 'kitty iterm2 sixel'],
    ['TERM=mlterm-256color', 'mlterm', 'sixel'],
    ['VTE_VERSION=6003', 'VTE', 'sextant'],
    ['VTE_VERSION=5802', 'VTE', ''],
    ['TERM=st-256color VTE_VERSION=7200', 'VTE', ''],
    ['TERM=rxvt-unicode TERM_PROGRAM=WezTerm', 'WezTerm', 'kitty iterm2 sixel'],
    ['TERM=wezterm TERM_PROGRAM=WezTerm', 'WezTerm', 'kitty iterm2 sixel sextant'],
    ['TERM=alacritty VTE_VERSION=7200', 'Alacritty', ''],
    ['TERM_PROGRAM=Apple_Terminal', 'Apple Terminal', ''],
    ['XTERM_VERSION=XTerm(379)', 'xterm', ''],
    ['XTERM_VERSION=XTerm(379) VTE_VERSION=7200', '', ''],
    ['TERM_PROGRAM=tmux KITTY_WINDOW_ID=1', '', ''],
    ['TERM=xterm-256color', '', ''],
  ])('%s: %s', (variables, name, styles) => {
    const env = Object.fromEntries(
      variables.split(' ').map((variable) => variable.split('=') as [string, string]),
    );
    const program = programFromEnv(env);
    expect([program?.name ?? '', drawn(program).join(' ')]).toEqual([name, styles]);
  });
});

describe('its answer tells', () => {
  it.each([
    ['kitty(0.26.5)', 'kitty', 'kitty sextant'],
    ['WezTerm 20240203-110809-5046fc22', 'WezTerm', 'kitty iterm2 sixel sextant'],
    ['foot(1.16.2)', 'foot', 'sextant'],
    ['ghostty 1.1.3', 'Ghostty', 'kitty sextant'],
    ['Konsole 24.02.0', 'Konsole', 'kitty iterm2 sixel'],
    ['iTerm2 3.6.1', 'iTerm2', 'kitty iterm2'],
    ['VTE(7600)', 'VTE', 'sextant'],
    ['XTerm(379)', 'xterm', ''],
    ['tmux 3.4', '', ''],
    ['', '', ''],
  ])('%s', (answer, name, styles) => {
    const program = programFromAnswer(answer);
    expect([program?.name ?? '', drawn(program).join(' ')]).toEqual([name, styles]);
  });
});

describe('a terminal is asked', () => {
  it.each([
    ['by default', {}, 'auto', true],
    ['for the size of its characters', {}, 'sixel', true],
    ['not for half blocks', {}, 'half-block', false],
    ['not for ascii', {}, 'ascii', false],
    ['not inside tmux', { TMUX: '/tmp/x' }, 'auto', false],
    ['not inside screen', { TERM: 'screen.xterm-256color' }, 'auto', false],
    ['inside tmux, when an image is wanted', { TMUX: '/tmp/x' }, 'sixel', true],
    ['not the console of Linux, which would print the question', { TERM: 'linux' }, 'auto', false],
    ['not Apple Terminal, for the same reason', { TERM_PROGRAM: 'Apple_Terminal' }, 'kitty', false],
  ] as const)('%s', (_name, env, style, isAsked) => {
    expect(canBeAsked(env, style)).toBe(isAsked);
  });
});
