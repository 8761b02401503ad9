import type { QrFileFormat } from '../domain/qr-output.ts';
import { encodeQr } from './qr-matrix.ts';
import { qrDataUrl, qrPng } from './qr-png.ts';
import { qrSvg } from './qr-svg.ts';

/** Text, or the bytes of a file. */
export function qrContent(payload: string, format: QrFileFormat): string | Uint8Array {
  switch (format) {
    case 'raw':
      return payload;
    case 'data-url':
      return qrDataUrl(encodeQr(payload));
    case 'png':
      return qrPng(encodeQr(payload));
    case 'svg':
      return qrSvg(encodeQr(payload));
  }
}
