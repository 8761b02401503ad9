import { encodeQr } from '../../src/terminal/qr-matrix.ts';
import { countdown, whereToScan } from '../../src/terminal/qr-words.ts';
import { madeUpPayload } from './qr-payload.ts';

/** Pixels of a module of the QR. */
const module = 4;
const quietZone = 4;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('>', '&gt;').replaceAll('<', '&lt;');

/** The window of a terminal in which `wactl create` shows a QR, with the words of the program. The QR is made up. */
export function terminalSvg(): string {
  const rows = encodeQr(madeUpPayload(1));
  const side = (rows.length + 2 * quietZone) * module;
  const [width, top] = [640, 84];
  const height = top + side + 52;
  const dark = rows
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  const left = countdown(
    { ofQr: 17, ofPairing: 137 },
    { short: ['--web', '--pair'], commands: [] },
    { columns: 80, rows: 40 },
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal in which wactl create has drawn a QR code to scan">`,
    '  <style>',
    '    text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre; fill: #d4d4d4 }',
    '  </style>',
    `  <rect width="${width}" height="${height}" rx="10" fill="#1e1e1e"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, at) => `  <circle cx="${26 + 20 * at}" cy="24" r="6" fill="${fill}"/>`,
    ),
    `  <text x="${width / 2}" y="29" text-anchor="middle">wactl create my-phone</text>`,
    `  <text x="24" y="${top - 16}">${escaped(whereToScan(false))}</text>`,
    `  <rect x="24" y="${top}" width="${side}" height="${side}" fill="#fff"/>`,
    `  <path transform="translate(${24 + quietZone * module} ${top + quietZone * module}) scale(${module})" d="${dark}" fill="#000" shape-rendering="crispEdges"/>`,
    `  <text x="24" y="${top + side + 28}">${escaped(left)}</text>`,
    '</svg>\n',
  ].join('\n');
}
