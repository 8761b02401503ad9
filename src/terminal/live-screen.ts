import type { Clock } from '../ports/clock.ts';
import { countDown, secondsLeft } from './countdown.ts';
import { FullScreen } from './full-screen.ts';
import type { Frame, FullScreenParts } from './full-screen.ts';
import type { Size } from './qr-layout.ts';
import { wrapWords } from './wrap-words.ts';

/** Something that is good until `expiresAt`. `render` gets 0 seconds once it is not. */
type LiveContent = {
  readonly expiresAt: Date;
  readonly render: (size: Size, secondsLeft: number) => Frame;
};

/** The one thing that lives on the terminal at a time, counting down; the lines said meanwhile stand below it. */
export class LiveScreen {
  readonly #clock: Clock;
  readonly #screen: FullScreen;
  #content: LiveContent | undefined;
  #notes: string[] = [];
  #counting = new AbortController();

  constructor(parts: FullScreenParts) {
    this.#clock = parts.clock;
    this.#screen = new FullScreen(parts, (size) => this.#frame(size));
  }

  get isOpen(): boolean {
    return this.#screen.isOpen;
  }

  /** Takes the terminal, or replaces what is shown. */
  show(content: LiveContent): void {
    this.#counting.abort();
    this.#counting = new AbortController();
    this.#content = content;
    if (this.#screen.isOpen) this.#screen.update();
    else this.#screen.open();
    void countDown(this.#clock, content.expiresAt, this.#counting.signal, () => this.#screen.update());
  }

  /** Draws all of it again. */
  redraw(): void {
    this.#screen.redraw();
  }

  /** Shows a line below, as far as there is room. */
  note(text: string): void {
    if (!this.#screen.isOpen) return;
    this.#notes.push(text);
    this.#screen.update();
  }

  /** Wipes it and gives the terminal back as it was. */
  close(): void {
    this.#counting.abort();
    this.#screen.close();
    this.#content = undefined;
    this.#notes = [];
  }

  #frame(size: Size): Frame {
    if (this.#content === undefined) return { lines: [] };
    const frame = this.#content.render(size, secondsLeft(this.#content.expiresAt, this.#clock.now()));
    const notes = this.#notes.flatMap((note) => wrapWords(note, size.columns));
    const room = Math.max(0, size.rows - frame.lines.length - 1);
    if (room === 0 || notes.length === 0) return frame;
    return { ...frame, lines: [...frame.lines, '', ...notes.slice(-room)] };
  }
}
