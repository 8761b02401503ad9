import type { QrStyle } from '../domain/qr-output.ts';
import { layOutQr } from './qr-layout.ts';
import type { CellSize, DrawnStyle, QrLayout, Size } from './qr-layout.ts';
import type { TerminalGraphics } from './terminal-graphics.ts';

/** How a QR is drawn, or that it is not, and why: a sentence for --verbose. */
export type QrChoice = {
  readonly style: DrawnStyle;
  readonly layout: QrLayout;
  readonly reason: string;
};

/** Best first. */
const order: readonly DrawnStyle[] = ['half-block', 'kitty', 'iterm2', 'sixel', 'sextant', 'ascii'];

/** Of terminals that do not tell. Few fonts are smaller, so that no image gets more rows than it was given. */
const assumedCell: CellSize = { width: 6, height: 12 };
/** Where the terminal itself scales an image to its cells, only their shape matters. */
const usualCell: CellSize = { width: 8, height: 16 };

const dimensions = ({ columns, rows }: Size): string => `${columns} × ${rows}`;

/** Chooses the style: the wanted one; with `auto` the first that this terminal can draw and that fits. */
export function chooseQr(
  modules: number,
  wanted: QrStyle,
  terminal: Size,
  graphics: TerminalGraphics,
): QrChoice {
  const layoutOf = (style: DrawnStyle): QrLayout =>
    layOutQr(modules, style, terminal, graphics.cell ?? (style === 'sixel' ? assumedCell : usualCell));
  if (wanted !== 'auto')
    return { style: wanted, layout: layoutOf(wanted), reason: `QR as ${wanted}: as asked` };
  const against: string[] = [];
  let least: { style: DrawnStyle; layout: QrLayout & { fits: false } } | undefined;
  for (const style of order) {
    const { can, why } = graphics.styles[style];
    const layout = layoutOf(style);
    if (!can) against.push(`not ${style}: ${why}`);
    else if (layout.fits) {
      const reason = [`QR as ${style} on ${dimensions(terminal)}: ${why}`, ...against].join('; ');
      return { style, layout, reason };
    } else {
      against.push(`not ${style}: it needs ${dimensions(layout.needed)}`);
      if (least === undefined || layout.needed.rows < least.layout.needed.rows) least = { style, layout };
    }
  }
  const { style, layout } = least ?? { style: 'ascii', layout: layoutOf('ascii') };
  return { style, layout, reason: [`no QR on ${dimensions(terminal)}`, ...against].join('; ') };
}
