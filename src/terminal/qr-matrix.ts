import QRCode from 'qrcode-terminal/vendor/QRCode/index.js';
import levels from 'qrcode-terminal/vendor/QRCode/QRErrorCorrectLevel.js';

/** A QR code as a square of modules by row and column; true is dark. Without a quiet zone. */
export type QrMatrix = readonly (readonly boolean[])[];

/** The one of the 8 masks that loses least on WhatsApp's payloads: 3 % more penalty points than the best for each. */
const maskPattern = 3;

/** Encodes text with error correction level L, the fewest modules there can be: 61 × 61 for WhatsApp's 277 characters. */
export function encodeQr(text: string): QrMatrix {
  const code = new QRCode(-1, levels.L);
  code.addData(Buffer.from(text, 'utf8').toString('latin1'));
  // Its own choice tries all masks, which took longer than all else between the payload and a QR on the screen.
  code.getBestMaskPattern = () => maskPattern;
  code.make();
  return code.modules;
}
