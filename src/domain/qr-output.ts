/** The forms of a QR: drawn on the terminal, its payload as text, or a picture. */
export const qrFormats = ['terminal', 'raw', 'data-url', 'png', 'svg'] as const;
export type QrFormat = (typeof qrFormats)[number];

/** The forms of a QR outside a terminal; `raw` is the payload itself. */
export type QrFileFormat = Exclude<QrFormat, 'terminal'>;

/** How a QR is drawn in the terminal; with `auto`, as the terminal allows. */
export const qrStyles = ['auto', 'half-block', 'ascii'] as const;
export type QrStyle = (typeof qrStyles)[number];
