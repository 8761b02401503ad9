// Which terminal this is, by what it puts into the environment or answers, and what that one is known to draw. Images: the
// rules of supports-terminal-graphics 0.1.0. Sextants: terminals that paint these characters themselves, by their sources
// (kitty, WezTerm's custom_block_glyphs, foot, Ghostty; VTE since commit de627ceb of November 2019).
import type { DrawnStyle } from './qr-layout.ts';

/** A terminal, and the sign by which it is known: "TERM_PROGRAM=vscode". */
export type TerminalProgram = {
  readonly name: string;
  readonly version: Version;
  readonly sign: string;
  /** Whether the sign may come from another terminal, in which this one was started. */
  readonly isInherited: boolean;
};

export type Env = Readonly<Record<string, string | undefined>>;

/** "3.6.1" is [3, 6, 1]; empty: not known. */
type Version = readonly number[];

type Known = {
  /** What TERM_PROGRAM, LC_TERMINAL or its own answer call it, in lower case. */
  readonly names: readonly string[];
  readonly term?: RegExp;
  /** Its own variables. Another terminal that was started in this one has them too. */
  readonly variables?: readonly string[];
  /** The first version that can draw so. */
  readonly draws: Partial<Readonly<Record<DrawnStyle, Version>>>;
};

const known: Readonly<Record<string, Known>> = {
  kitty: {
    names: ['kitty'],
    term: /kitty/,
    variables: ['KITTY_WINDOW_ID', 'KITTY_PID'],
    draws: { kitty: [], sextant: [] },
  },
  Ghostty: {
    names: ['ghostty'],
    term: /ghostty/,
    variables: ['GHOSTTY_RESOURCES_DIR'],
    draws: { kitty: [], sextant: [] },
  },
  WezTerm: {
    names: ['wezterm'],
    term: /^wezterm/,
    variables: ['WEZTERM_PANE', 'WEZTERM_UNIX_SOCKET'],
    draws: { kitty: [], iterm2: [20220319], sixel: [20200620], sextant: [20210814] },
  },
  foot: { names: ['foot'], term: /^foot/, draws: { sextant: [] } },
  Rio: { names: ['rio'], draws: { kitty: [], iterm2: [0, 1, 13], sixel: [0, 1, 12] } },
  Warp: { names: ['warpterminal'], draws: { kitty: [] } },
  iTerm2: { names: ['iterm.app', 'iterm2'], draws: { kitty: [3, 6], iterm2: [2, 9, 20150512] } },
  'VS Code': { names: ['vscode'], draws: { iterm2: [1, 80], sixel: [1, 80] } },
  mintty: { names: ['mintty'], draws: { iterm2: [], sixel: [] } },
  Konsole: {
    names: ['konsole'],
    variables: ['KONSOLE_VERSION'],
    draws: { kitty: [22, 4], iterm2: [22, 4], sixel: [22, 4] },
  },
  mlterm: { names: ['mlterm'], term: /^mlterm/, draws: { sixel: [] } },
  Alacritty: { names: ['alacritty'], term: /^alacritty/, draws: {} },
  'Apple Terminal': { names: ['apple_terminal'], draws: {} },
  xterm: { names: ['xterm'], variables: ['XTERM_VERSION'], draws: {} },
  VTE: { names: ['vte'], variables: ['VTE_VERSION'], draws: { sextant: [6000] } },
};

/** Variables whose value is the version, and how it is written there. */
const versionVariables: Readonly<Record<string, (value: string) => Version>> = {
  KONSOLE_VERSION: (value) => [Number(value.slice(0, 2)), Number(value.slice(2, 4))],
  VTE_VERSION: (value) => [Number(value)],
};

const versionOf = (text = ''): Version => (text.match(/\d+/g) ?? []).map(Number);

const isAtLeast = (version: Version, least: Version): boolean => {
  for (const [at, number] of least.entries()) {
    const difference = (version[at] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
};

const named = (word: string, version: Version, sign: string): TerminalProgram | undefined => {
  const name = Object.keys(known).find((name) => known[name]?.names.includes(word.toLowerCase()));
  return name === undefined ? undefined : { name, version, sign, isInherited: false };
};

/** Whether TERM is another terminal's than this one's, such as "st-256color". Most call themselves xterm. */
const isOther = (term: string, name: string): boolean =>
  term !== '' && !/^(xterm|vte)/.test(term) && known[name]?.term?.test(term) !== true;

/** The terminal that the environment tells of; undefined where two terminals left their variables. */
export function programFromEnv(env: Env): TerminalProgram | undefined {
  const { TERM = '', TERM_PROGRAM = '', TERM_PROGRAM_VERSION, LC_TERMINAL = '' } = env;
  if (TERM_PROGRAM) {
    const program = named(TERM_PROGRAM, versionOf(TERM_PROGRAM_VERSION), `TERM_PROGRAM=${TERM_PROGRAM}`);
    return program && { ...program, isInherited: isOther(TERM, program.name) };
  }
  for (const [name, { term }] of Object.entries(known))
    if (term?.test(TERM)) return { name, version: [], sign: `TERM=${TERM}`, isInherited: false };
  const byVariable = Object.entries(known).flatMap(([name, { variables = [] }]) => {
    const variable = variables.find((variable) => env[variable]);
    if (variable === undefined) return [];
    const version = versionVariables[variable]?.(env[variable] ?? '') ?? [];
    // VTE gives no other sign; without another terminal's variables it is VTE.
    return [{ name, version, sign: variable, isInherited: name !== 'VTE' || isOther(TERM, name) }];
  });
  if (byVariable.length > 0) return byVariable.length === 1 ? byVariable[0] : undefined;
  return named(LC_TERMINAL, versionOf(env['LC_TERMINAL_VERSION']), `LC_TERMINAL=${LC_TERMINAL}`);
}

/** The terminal by its own answer (XTVERSION): "kitty(0.26.5)", "WezTerm 20240203-110809-5046fc22". */
export function programFromAnswer(answer: string): TerminalProgram | undefined {
  const [, word = '', version] = /^([^ (]+)[ (]?([^)]*)/.exec(answer) ?? [];
  return named(word, versionOf(version), 'its answer');
}

/** The sign by which the terminal is known to draw so; null: nothing tells. An unknown version is taken for a new one. */
export function signOf(program: TerminalProgram | undefined, style: DrawnStyle): string | null {
  const least = program && known[program.name]?.draws[style];
  if (program === undefined || least === undefined) return null;
  // Images are asked for; nothing answers for sextants.
  if (style === 'sextant' && program.isInherited) return null;
  return program.version.length === 0 || isAtLeast(program.version, least) ? program.sign : null;
}
