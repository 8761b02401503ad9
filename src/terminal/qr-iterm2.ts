// Inline images of iTerm2: a PNG in base64, which the terminal fits into the cells. https://iterm2.com/documentation-images.html
import type { Size } from './qr-layout.ts';
import type { TerminalImage } from './terminal-image.ts';

/** The PNG within as many cells. xterm.js wants `size`. */
export function iterm2Image(png: Uint8Array, { columns, rows }: Size): TerminalImage {
  const how = `inline=1;size=${png.length};width=${columns};height=${rows};preserveAspectRatio=1;doNotMoveCursor=1`;
  return { draw: `\x1b]1337;File=${how}:${Buffer.from(png).toString('base64')}\x07`, wipe: '' };
}
