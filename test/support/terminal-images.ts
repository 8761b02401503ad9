import { inflateSync } from 'node:zlib';

/** An image on a terminal as it was sent: where it stands, how many cells it is to fill, and its pixels. */
export type ShownImage = {
  readonly protocol: 'kitty' | 'iterm2' | 'sixel';
  /** From 0. */
  readonly row: number;
  readonly column: number;
  /** Undefined: each pixel is one of the terminal's. */
  readonly cells: { readonly columns: number; readonly rows: number } | undefined;
  readonly width: number;
  readonly height: number;
  readonly isDark: (x: number, y: number) => boolean;
};

type Pixels = Pick<ShownImage, 'width' | 'height' | 'isDark'>;

const sequence =
  /\x1b\[(?<row>\d+);(?<column>\d+)H|\x1b\[(?<clear>2J|H)|\x1b_G(?<kitty>[^;\x1b]*);?(?<piece>[^\x1b]*)\x1b\\|\x1b\]1337;File=(?<iterm2>[^:]*):(?<file>[^\x07]*)\x07|\x1bP(?<sixel>[^\x1b]*)\x1b\\/g;

const fieldsOf = (text: string, between: string): Map<string, string> =>
  new Map(
    text.split(between).map((field) => {
      const [name = '', value = ''] = field.split('=');
      return [name, value];
    }),
  );

/** The image that is on the terminal after these bytes; undefined where there is none. Throws on what it does not understand. */
export function shownImage(bytes: string): ShownImage | undefined {
  let [row, column] = [0, 0];
  let shown: ShownImage | undefined;
  let pieces = '';
  let control = new Map<string, string>();
  for (const { groups = {} } of bytes.matchAll(sequence)) {
    const at = { row, column };
    if (groups['row']) [row, column] = [Number(groups['row']) - 1, Number(groups['column']) - 1];
    else if (groups['clear'] === 'H') [row, column] = [0, 0];
    // kitty's images are no text: what is meant to go has to be deleted.
    else if (groups['clear']) shown = shown?.protocol === 'kitty' ? shown : undefined;
    else if (groups['kitty'] !== undefined) {
      const fields = fieldsOf(groups['kitty'], ',');
      if (fields.get('a') === 'q') continue;
      if (fields.get('q') !== '2') throw new Error('kitty would answer this');
      if (fields.get('a') === 'd') {
        if (fields.get('d') === 'I') shown = undefined;
        continue;
      }
      if (fields.get('a') === 'T') [control, pieces] = [fields, ''];
      pieces += groups['piece'] ?? '';
      if ((groups['piece'] ?? '').length > 4096) throw new Error('this piece is too long for kitty');
      if (fields.get('m') === '1') continue;
      const cells = { columns: Number(control.get('c')), rows: Number(control.get('r')) };
      shown = { protocol: 'kitty', ...at, cells, ...pngPixels(Buffer.from(pieces, 'base64')) };
    } else if (groups['iterm2'] !== undefined) {
      const fields = fieldsOf(groups['iterm2'], ';');
      const png = Buffer.from(groups['file'] ?? '', 'base64');
      if (fields.get('inline') !== '1' || Number(fields.get('size')) !== png.length)
        throw new Error('iTerm2 would not show this');
      const cells = { columns: Number(fields.get('width')), rows: Number(fields.get('height')) };
      shown = { protocol: 'iterm2', ...at, cells, ...pngPixels(png) };
    } else if (groups['sixel'] !== undefined) {
      shown = { protocol: 'sixel', ...at, cells: undefined, ...sixelPixels(groups['sixel']) };
    }
  }
  return shown;
}

/** A PNG of one bit a pixel, without filters and interlacing. */
function pngPixels(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const lines = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  const lineLength = Math.ceil(width / 8) + 1;
  const isDark = (x: number, y: number): boolean =>
    (((lines[y * lineLength + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 0;
  return { width, height, isDark };
}

/** Sixels with colours in RGB. A pixel that no colour was given to is transparent: an error here. */
function sixelPixels(text: string): Pixels {
  const [, size = '', body = ''] = /^[\d;]*q"1;1;(\d+;\d+)(.*)$/s.exec(text) ?? [];
  const [width = 0, height = 0] = size.split(';').map(Number);
  const isLight = new Map<string, boolean>();
  const pixels = new Map<number, boolean>();
  let [x, top, colour] = [0, 0, ''];
  for (const [part, number, red, count, character] of body.matchAll(
    /#(\d+)(?:;2;(\d+);\d+;\d+)?|!(\d+)([?-~])|[?-~]|[$-]/g,
  )) {
    if (part.startsWith('#')) {
      colour = number ?? '';
      if (red !== undefined) isLight.set(colour, red === '100');
    } else if (part === '$') x = 0;
    else if (part === '-') [x, top] = [0, top + 6];
    else {
      const bits = (character ?? part).charCodeAt(0) - 63;
      for (const end = x + Number(count ?? 1); x < end; x++)
        for (let row = 0; row < 6; row++)
          if ((bits >> row) & 1) {
            if (x >= width || top + row >= height) throw new Error('a pixel outside of the image');
            pixels.set((top + row) * width + x, isLight.get(colour) !== true);
          }
    }
  }
  if (pixels.size !== width * height) throw new Error(`${width * height - pixels.size} transparent pixels`);
  return { width, height, isDark: (across, down) => pixels.get(down * width + across) === true };
}
