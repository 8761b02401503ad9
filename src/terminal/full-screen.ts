// A QR or a pairing code lives for seconds and must not stay, so it is shown on the terminal's alternate screen:
// - it has no scrollback, so that nothing old piles up there, and leaving it restores the earlier screen;
// - it is not reflowed on a resize, so that every row has an address and a redraw cannot miss it;
// - automatic wrapping is off: the terminal cuts a row that is too wide, and never breaks it over two rows;
// - only rows that changed are written; the cursor is parked in the first row, where a stray Enter scrolls nothing, and
//   that row is always written again, which repairs typed input.
import type { Output } from './output.ts';
import type { Size } from './qr-layout.ts';

const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const leave = '\x1b[2J\x1b[?7h\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J';
const park = '\x1b[H';

const writeRow = (index: number, line: string): string => `\x1b[${index + 1};1H\x1b[2K${line}`;

/** Makes the lines of a screen of this size, from the first row on; lines without end may be more than its rows. */
type Render = (size: Size) => readonly string[];

export class FullScreen {
  readonly #output: Output;
  readonly #render: Render;
  readonly #redrawAll = (): void => this.#draw([]);
  #shown: readonly string[] = [];
  #isOpen = false;

  constructor(output: Output, render: Render) {
    this.#output = output;
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
    this.#output.writeNow(leave);
    this.#output.release();
  }

  #draw(before: readonly string[]): void {
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
