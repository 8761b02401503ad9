import QRCode from 'qrcode-terminal/vendor/QRCode/index.js';
import levels from 'qrcode-terminal/vendor/QRCode/QRErrorCorrectLevel.js';

/** A QR code as a square of modules by row and column; true is dark. Without a quiet zone. */
export type QrMatrix = readonly (readonly boolean[])[];

/** Encodes text with error correction level L, the fewest modules there can be: 61 × 61 for WhatsApp's 277 characters. */
export function encodeQr(text: string): QrMatrix {
  const code = new QRCode(-1, levels.L);
  code.addData(Buffer.from(text, 'utf8').toString('latin1'));
  code.make();
  return code.modules;
}
