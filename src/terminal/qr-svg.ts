import type { QrMatrix } from './qr-matrix.ts';
import { withQuietZone } from './qr-quiet-zone.ts';

const quietZone = 4;

/** The dark runs of a row as path commands: a run is one shape, so that no hairlines show inside. */
const runs = (row: readonly boolean[], y: number): string => {
  let path = '';
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x++;
    const length = x - start + 1;
    path += `M${start} ${y}h${length}v1h-${length}z`;
  }
  return path;
};

/** An SVG document, one unit a module, quiet zone of 4. */
export function qrSvg(matrix: QrMatrix): string {
  const modules = withQuietZone(matrix, quietZone);
  const size = modules.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${modules.map(runs).join('')}"/></svg>`
  );
}
