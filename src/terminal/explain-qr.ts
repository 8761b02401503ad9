import type { QrReport } from '../ports/io.ts';
import type { QrStyle } from '../domain/qr-output.ts';
import { askTerminal } from './ask-terminal.ts';
import type { AskParts } from './ask-terminal.ts';
import { chooseQr } from './choose-qr.ts';
import { canBeAsked, graphicsOf } from './terminal-graphics.ts';
import type { TerminalAnswers } from './terminal-answers.ts';
import type { Env } from './terminal-program.ts';

/** Of a QR with WhatsApp's 277 characters: version 11. */
const usualModules = 61;

/** How a QR would be drawn here, and why so; asks the terminal where drawing one would. */
export async function explainQr(style: QrStyle, env: Env, parts: AskParts): Promise<QrReport> {
  const { columns = 0, rows = 0 } = parts.output.stream;
  const choose = (answers: TerminalAnswers | null) =>
    chooseQr(usualModules, style, { columns, rows }, graphicsOf(env, answers));
  let choice = choose(null);
  const isPlain = choice.style === 'half-block' && choice.layout.fits;
  if (!isPlain && canBeAsked(env, style)) {
    choice = choose(
      await new Promise((resolve) => {
        if (askTerminal(parts, resolve) === undefined) resolve(null);
      }),
    );
  }
  return { fits: choice.layout.fits, reason: choice.reason };
}
