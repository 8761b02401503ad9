import type { QrDisplay, QrTarget } from '../ports/io.ts';
import { askTerminal } from './ask-terminal.ts';
import type { AskParts } from './ask-terminal.ts';
import { chooseQr } from './choose-qr.ts';
import type { QrChoice } from './choose-qr.ts';
import type { Frame } from './full-screen.ts';
import type { LiveScreen } from './live-screen.ts';
import { qrFrame } from './qr-frame.ts';
import type { Size } from './qr-layout.ts';
import { encodeQr } from './qr-matrix.ts';
import type { QrMatrix } from './qr-matrix.ts';
import { canBeAsked, graphicsOf } from './terminal-graphics.ts';
import type { TimeLeft } from './qr-words.ts';
import type { Env } from './terminal-program.ts';

export type QrOnTerminalParts = AskParts & {
  readonly live: LiveScreen;
  readonly env: Env;
  /** Gets a sentence on how the QR is drawn, and why so. */
  readonly explain: (sentence: string) => void;
};

type TerminalTarget = Extract<QrTarget, { to: 'terminal' }>;

/** Draws QRs on the terminal, one in place of the other. */
export function qrOnTerminal(target: TerminalTarget, parts: QrOnTerminalParts): QrDisplay {
  const { live, env } = parts;
  let graphics = graphicsOf(env, null);
  let asking: 'not yet' | 'waiting' | 'done' = canBeAsked(env, target.style) ? 'not yet' : 'done';
  let endAsking: (() => void) | undefined;
  let explained = '';
  // A person whose scan failed looks at the screen later, when the next QR may be there.
  let rescan = false;

  const ask = (): void => {
    asking = 'waiting';
    endAsking = askTerminal(parts, (answers) => {
      asking = 'done';
      if (answers) graphics = graphicsOf(env, answers);
      live.redraw();
    });
    if (endAsking === undefined) asking = 'done';
  };
  const isAsking = (): boolean => asking === 'waiting';
  const explain = ({ reason }: QrChoice): void => {
    if (reason === explained) return;
    explained = reason;
    // It becomes a line of the screen that is being drawn.
    queueMicrotask(() => parts.explain(reason));
  };
  const render = (matrix: QrMatrix, size: Size, left: TimeLeft): Frame => {
    const choice = chooseQr(matrix.length, target.style, size, graphics);
    const isPlain = choice.style === 'half-block' && choice.layout.fits;
    if (asking === 'not yet' && !isPlain) ask();
    if (isAsking()) return { lines: [] };
    explain(choice);
    const { invert, otherWays } = target;
    return qrFrame({ matrix, choice, invert, left, rescan, otherWays, isAscii: graphics.isAscii }, size);
  };
  return {
    show({ payload, expiresAt, pairingEndsAt, rescan: isRescan }) {
      rescan ||= isRescan;
      const matrix = encodeQr(payload);
      const laterMs = pairingEndsAt && pairingEndsAt.getTime() - expiresAt.getTime();
      live.show({
        expiresAt,
        render(size, ofQr) {
          const ofPairing = laterMs === undefined ? undefined : ofQr + Math.round(laterMs / 1000);
          return render(matrix, size, { ofQr, ofPairing });
        },
      });
      return Promise.resolve();
    },
    end() {
      endAsking?.();
      live.close();
      return Promise.resolve();
    },
  };
}
