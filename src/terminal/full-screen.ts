// A QR or a pairing code lives for seconds and must not stay, so it is shown on the terminal's alternate screen:
// - it has no scrollback, so that nothing old piles up there, and leaving it restores the earlier screen;
// - it is not reflowed on a resize, so that every row has an address and a redraw cannot miss it;
// - automatic wrapping is off: the terminal cuts a row that is too wide, and never breaks it over two rows;
// - only rows that changed are written; the cursor is parked in the first row, where a stray Enter scrolls nothing, and
//   that row is always written again, which repairs typed input;
// - Ctrl-Z gives the terminal back before the process stops, and when it goes on, all is drawn again.
import type { Clock } from '../ports/clock.ts';
import type { Output } from './output.ts';
import type { ProcessSignals } from './process-signals.ts';
import type { Size } from './qr-layout.ts';
import type { TerminalImage } from './terminal-image.ts';

const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const leave = '\x1b[2J\x1b[?7h\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J';
const park = '\x1b[H';

/** Longer than a stop signal takes to stop this process. */
const stopMs = 50;

const goTo = (row: number): string => `\x1b[${row + 1};1H`;
const writeRow = (row: number, line: string): string => `${goTo(row)}\x1b[2K${line}`;

/**
 * A whole screen: lines from the first row on, which may be more than its rows, and an image from a row on (0: the first),
 * over lines that are empty.
 */
export type Frame = {
  readonly lines: readonly string[];
  readonly image?: TerminalImage & { readonly row: number };
};

type Render = (size: Size) => Frame;

const nothing: Frame = { lines: [] };

/** What a screen works with. */
export type FullScreenParts = {
  readonly output: Output;
  readonly signals: ProcessSignals;
  readonly clock: Clock;
};

export class FullScreen {
  readonly #output: Output;
  readonly #signals: ProcessSignals;
  readonly #clock: Clock;
  readonly #render: Render;
  readonly #redrawAll = (): void => this.redraw();
  readonly #suspend = (): void => this.#giveBack();
  readonly #resume = (): void => this.#takeAgain();
  #shown = nothing;
  #isOpen = false;
  #isSuspended = false;

  constructor({ output, signals, clock }: FullScreenParts, render: Render) {
    this.#output = output;
    this.#signals = signals;
    this.#clock = clock;
    this.#render = render;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Takes the terminal over (others' lines are held back) and draws; again on every resize, until `close`. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#output.hold();
    this.#output.stream.on('resize', this.#redrawAll);
    this.#signals.on('SIGTSTP', this.#suspend);
    this.#signals.on('SIGCONT', this.#resume);
    this.#output.writeNow(enter);
    this.#redrawAll();
  }

  /** Draws the changes. */
  update(): void {
    if (this.#isOpen) this.#draw(false);
  }

  /** Draws all of it, whatever is on the terminal. */
  redraw(): void {
    if (this.#isOpen) this.#draw(true);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.stream.off('resize', this.#redrawAll);
    this.#signals.off('SIGTSTP', this.#suspend);
    this.#signals.off('SIGCONT', this.#resume);
    if (!this.#isSuspended) this.#output.writeNow(this.#wipeImage() + leave);
    this.#isSuspended = false;
    this.#shown = nothing;
    this.#output.release();
  }

  /** Stops this process as the shell expects it: by the signal itself, with no listener in its way. */
  #giveBack(): void {
    this.#isSuspended = true;
    this.#output.writeNow(this.#wipeImage() + leave);
    this.#signals.off('SIGTSTP', this.#suspend);
    this.#signals.raise('SIGTSTP');
    // Where no shell could wake it up again, the system does not stop a process: then no SIGCONT follows.
    void this.#clock.sleep(stopMs).then(() => {
      if (this.#isSuspended) this.#takeAgain();
    });
  }

  /** Also after a stop that nothing could be done before (SIGSTOP). */
  #takeAgain(): void {
    if (!this.#isOpen) return;
    if (this.#isSuspended) this.#signals.on('SIGTSTP', this.#suspend);
    this.#isSuspended = false;
    this.#output.writeNow(enter);
    this.#redrawAll();
    // While a process is stopped, it is not told that the window has changed.
    this.#signals.raise('SIGWINCH');
  }

  #draw(isAll: boolean): void {
    if (this.#isSuspended) return;
    const { columns = 0, rows = 0 } = this.#output.stream;
    const { lines: all, image } = this.#render({ columns, rows });
    const lines = all.slice(0, Math.max(rows, 1));
    const isAnew = isAll || image?.draw !== this.#shown.image?.draw;
    const before = isAnew ? [] : this.#shown.lines;
    let bytes = isAnew ? this.#wipeImage() + clear : '';
    for (let row = 0; row < Math.max(lines.length, before.length); row++) {
      const line = lines[row] ?? '';
      if (row === 0 || line !== before[row]) bytes += writeRow(row, line);
    }
    if (isAnew && image) bytes += goTo(image.row) + image.draw;
    this.#shown = { lines, ...(image && { image }) };
    this.#output.writeNow(bytes + park);
  }

  #wipeImage(): string {
    return this.#shown.image?.wipe ?? '';
  }
}
