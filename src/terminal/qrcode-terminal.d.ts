/** The encoder inside qrcode-terminal 0.12.0, which has no types of its own. Nothing here prints. */
declare module 'qrcode-terminal/vendor/QRCode/index.js' {
  export default class QRCode {
    /** `typeNumber` below 1: the smallest version that holds the data. */
    constructor(typeNumber: number, errorCorrectLevel: number);
    /** One byte a character: characters above 255 come out wrong. */
    addData(data: string): void;
    make(): void;
    /** Asked by `make`: 0 to 7. */
    getBestMaskPattern: () => number;
    readonly modules: boolean[][];
  }
}

declare module 'qrcode-terminal/vendor/QRCode/QRErrorCorrectLevel.js' {
  const levels: { readonly L: number };
  export default levels;
}
