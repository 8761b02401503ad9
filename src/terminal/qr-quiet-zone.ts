import type { QrMatrix } from './qr-matrix.ts';

/** The matrix with `width` light modules around it, so that a reader finds its edge on any background. */
export function withQuietZone(matrix: QrMatrix, width: number): QrMatrix {
  const size = matrix.length + 2 * width;
  const light = (length: number): boolean[] => Array.from({ length }, () => false);
  const above = Array.from({ length: width }, () => light(size));
  return [...above, ...matrix.map((row) => [...light(width), ...row, ...light(width)]), ...above];
}
