import type { CellSize } from './qr-layout.ts';

/** The answers of a terminal to `questions`. */
export type TerminalAnswers = {
  /** Whether it knows kitty's graphics. */
  readonly kitty: boolean;
  /** Its name and version: "kitty(0.26.5)". */
  readonly version: string | null;
  readonly cell: CellSize | null;
  /** Its device attributes (DA1). Every terminal answers these, in order: then all answers are there. Null: not yet. */
  readonly attributes: readonly number[] | null;
};

/**
 * May kitty show an image (a pixel, not shown)? What is its name (XTVERSION)? How large is a character, and the window, in
 * pixels? Which attributes (DA1)?
 */
export const questions =
  '\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\' + '\x1b[>q' + '\x1b[16t' + '\x1b[14t' + '\x1b[c';

/** Reads the answers in typed input; `size` is that of the terminal in characters. */
export function readAnswers(
  input: string,
  size: { readonly columns: number; readonly rows: number },
): TerminalAnswers {
  const numbers = (pattern: RegExp): number[] | undefined => pattern.exec(input)?.slice(1).map(Number);
  const [height = 0, width = 0] = numbers(/\x1b\[6;(\d+);(\d+)t/) ?? [];
  const [windowHeight = 0, windowWidth = 0] = numbers(/\x1b\[4;(\d+);(\d+)t/) ?? [];
  const fromWindow = {
    width: Math.floor(windowWidth / size.columns),
    height: Math.floor(windowHeight / size.rows),
  };
  const cell = width > 0 && height > 0 ? { width, height } : fromWindow;
  const attributes = /\x1b\[\?([\d;]*)c/.exec(input)?.[1];
  return {
    kitty: /\x1b_G(?:[^;\x1b]*,)?i=31(?:,[^;\x1b]*)?;OK\x1b\\/.test(input),
    version: /\x1bP>\|([^\x1b]*)\x1b\\/.exec(input)?.[1] ?? null,
    cell: cell.width > 0 && cell.height > 0 ? cell : null,
    attributes: attributes === undefined ? null : attributes.split(';').map(Number),
  };
}
