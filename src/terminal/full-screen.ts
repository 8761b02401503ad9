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

const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const leave = '\x1b[2J\x1b[?7h\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J';
const park = '\x1b[H';

/** Longer than a stop signal takes to stop this process. */
const stopMs = 50;

const writeRow = (index: number, line: string): string => `\x1b[${index + 1};1H\x1b[2K${line}`;

/** Makes the lines of a screen of this size, from the first row on; lines without end may be more than its rows. */
type Render = (size: Size) => readonly string[];

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
  readonly #redrawAll = (): void => this.#draw([]);
  readonly #suspend = (): void => this.#giveBack();
  readonly #resume = (): void => this.#takeAgain();
  #shown: readonly string[] = [];
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
    if (this.#isOpen) this.#draw(this.#shown);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.stream.off('resize', this.#redrawAll);
    this.#signals.off('SIGTSTP', this.#suspend);
    this.#signals.off('SIGCONT', this.#resume);
    if (!this.#isSuspended) this.#output.writeNow(leave);
    this.#isSuspended = false;
    this.#output.release();
  }

  /** Stops this process as the shell expects it: by the signal itself, with no listener in its way. */
  #giveBack(): void {
    this.#isSuspended = true;
    this.#output.writeNow(leave);
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

  #draw(before: readonly string[]): void {
    if (this.#isSuspended) return;
    const { columns = 0, rows = 0 } = this.#output.stream;
    const lines = this.#render({ columns, rows }).slice(0, Math.max(rows, 1));
    const height = Math.max(lines.length, before.length);
    let bytes = before.length === 0 ? clear : '';
    for (let index = 0; index < height; index++) {
      const line = lines[index] ?? '';
      if (index === 0 || line !== before[index]) bytes += writeRow(index, line);
    }
    this.#shown = lines;
    this.#output.writeNow(bytes + park);
  }
}
