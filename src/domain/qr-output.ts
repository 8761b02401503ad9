/** The forms of a QR: drawn on the terminal, its payload as text, or a picture. */
export const qrFormats = ['terminal', 'raw', 'data-url', 'png', 'svg'] as const;
export type QrFormat = (typeof qrFormats)[number];

/** The forms of a QR outside a terminal; `raw` is the payload itself. */
export type QrFileFormat = Exclude<QrFormat, 'terminal'>;

/**
 * How a QR is drawn in the terminal: in characters (`half-block`: two modules each, `sextant`: six, `ascii`: two spaces a
 * module) or as an image, in the protocol of kitty, iTerm2 or DEC (`sixel`); with `auto`, as the terminal allows.
 */
export const qrStyles = ['auto', 'half-block', 'sextant', 'kitty', 'iterm2', 'sixel', 'ascii'] as const;
export type QrStyle = (typeof qrStyles)[number];
