import type { CellSize, Size } from './qr-layout.ts';

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
 * Does it know kitty's graphics (a pixel, not shown)? What is its name (XTVERSION)? How large, in pixels, is a character, the
 * window, the largest sixel image? Which attributes has it (DA1)?
 */
export const questions =
  '\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\' +
  '\x1b[>q' +
  '\x1b[16t' +
  '\x1b[14t' +
  '\x1b[?2;1;0S' +
  '\x1b[c';

/** Reads the answers in typed input; `size` is that of the terminal in characters. */
export function readAnswers(input: string, size: Size): TerminalAnswers {
  const version = /\x1bP>\|([^\x1b]*)\x1b\\/.exec(input)?.[1] ?? null;
  const attributes = /\x1b\[\?([\d;]*)c/.exec(input)?.[1];
  return {
    kitty: /\x1b_G(?:[^;\x1b]*,)?i=31(?:,[^;\x1b]*)?;OK\x1b\\/.test(input),
    version,
    cell: cellIn(input, size, version ?? ''),
    attributes: attributes === undefined ? null : attributes.split(';').map(Number),
  };
}

function cellIn(input: string, { columns, rows }: Size, version: string): CellSize | null {
  const pair = (pattern: RegExp): readonly number[] => pattern.exec(input)?.slice(1).map(Number) ?? [];
  const [height = 0, width = 0] = pair(/\x1b\[6;(\d+);(\d+)t/);
  const [windowHeight = 0, windowWidth = 0] = pair(/\x1b\[4;(\d+);(\d+)t/);
  // xterm tells nothing else as it comes, and its largest image is the window, or less. Those of others may be larger.
  const [imageWidth = 0, imageHeight = 0] = version.startsWith('XTerm')
    ? pair(/\x1b\[\?2;0;(\d+);(\d+)S/)
    : [];
  const inWindow = (pixels: readonly [number, number]): CellSize => ({
    width: Math.floor(pixels[0] / columns),
    height: Math.floor(pixels[1] / rows),
  });
  const told = [
    { width, height },
    inWindow([windowWidth, windowHeight]),
    inWindow([imageWidth, imageHeight]),
  ];
  return told.find((cell) => cell.width > 0 && cell.height > 0) ?? null;
}
