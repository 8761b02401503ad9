import type { QrStyle } from '../domain/qr-output.ts';
import { otherCharacterSet } from './character-set.ts';
import type { CellSize, DrawnStyle } from './qr-layout.ts';
import { programFromAnswer, programFromEnv, signOf } from './terminal-program.ts';
import type { Env } from './terminal-program.ts';
import type { TerminalAnswers } from './terminal-answers.ts';

/** What a terminal can draw, as far as is known. */
export type TerminalGraphics = {
  /** Either how it is known to draw so, or why it does not. */
  readonly styles: Readonly<Record<DrawnStyle, Evidence>>;
  /** Null: not known. */
  readonly cell: CellSize | null;
  /** Whether its words have to do with ASCII. */
  readonly isAscii: boolean;
};

export type Evidence = { readonly can: boolean; readonly why: string };

const yes = (why: string): Evidence => ({ can: true, why });
const no = (why: string): Evidence => ({ can: false, why });
const saysYes = yes('the terminal says so');
const saysNo = no('the terminal says no');

/** DA1: this terminal draws sixels. */
const sixelAttribute = 4;

/** The program between this one and the terminal, which passes on what it knows itself. */
function multiplexer(env: Env): string | null {
  const term = env['TERM'] ?? '';
  if (env['TMUX'] || term.startsWith('tmux')) return 'tmux';
  return env['STY'] || term.startsWith('screen') ? 'screen' : null;
}

/**
 * Whether asking the terminal helps with this style, and harms nothing. What is in between answers for itself, and passes
 * images on only if it is told to. The two others show questions that they do not know as text.
 */
export function canBeAsked(env: Env, style: QrStyle): boolean {
  if (style === 'half-block' || style === 'sextant' || style === 'ascii') return false;
  if (env['TERM'] === 'linux' || env['TERM_PROGRAM'] === 'Apple_Terminal') return false;
  return style !== 'auto' || multiplexer(env) === null;
}

/** Puts together what the environment tells, and what the terminal answered if it was asked. An answer outweighs. */
export function graphicsOf(env: Env, answers: TerminalAnswers | null): TerminalGraphics {
  const between = multiplexer(env);
  const charset = otherCharacterSet(env);
  const program =
    (answers?.version && programFromAnswer(answers.version)) ||
    (between === null ? programFromEnv(env) : undefined);
  const { attributes } = answers ?? {};
  const unknown = between ? `${between} is in between` : 'nothing says that it can';

  const image = (style: 'kitty' | 'iterm2' | 'sixel'): Evidence => {
    const sign = signOf(program, style);
    // All terminals with images say so in one of these answers. VS Code does not while its images are switched off.
    if (attributes && style === 'kitty') return answers?.kitty ? saysYes : saysNo;
    if (attributes && !attributes.includes(sixelAttribute) && !answers?.kitty) return saysNo;
    if (attributes && style === 'sixel') return saysYes;
    return sign === null ? no(unknown) : yes(sign);
  };
  const inUtf8 = (evidence: Evidence): Evidence => (charset === null ? evidence : no(charset));
  const sextant = signOf(program, 'sextant');
  const cell = answers?.cell ?? null;
  const sixel = image('sixel');
  return {
    styles: {
      'half-block': inUtf8(yes('most fonts have them')),
      sextant: inUtf8(sextant === null ? no(unknown) : yes(sextant)),
      kitty: image('kitty'),
      iterm2: image('iterm2'),
      // Its images are in pixels: without the size of a character nothing tells how many rows one takes.
      sixel: sixel.can && cell === null ? no('the size of a character is not known') : sixel,
      ascii: yes('it needs nothing but colours'),
    },
    cell,
    isAscii: charset !== null,
  };
}
