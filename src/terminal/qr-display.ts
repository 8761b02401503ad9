import type { QrFileFormat } from '../domain/qr-output.ts';
import type { QrDisplay, QrTarget } from '../ports/io.ts';
import type { QrOnTerminalParts } from './qr-on-terminal.ts';

/** The parts that a display works with. */
type QrDisplayParts = {
  /** Undefined where nothing can be drawn. */
  readonly terminal: QrOnTerminalParts | undefined;
  readonly isColoured: boolean;
  /** Lines to stderr, as they are. */
  readonly write: (lines: string) => void;
  readonly raw: (content: string | Uint8Array) => void;
  readonly say: (text: string) => void;
  readonly warn: (text: string) => void;
};

type TerminalTarget = Extract<QrTarget, { to: 'terminal' }>;

/** Loads the encoder with the first QR: commands that show none never pay for it. */
const loadContent = async () => (await import('./qr-content.ts')).qrContent;

/** Its parts are loaded while WhatsApp is being reached. */
const onTerminal = (target: TerminalTarget, parts: QrOnTerminalParts): QrDisplay => {
  const loading = import('./qr-on-terminal.ts').then(({ qrOnTerminal }) => qrOnTerminal(target, parts));
  loading.catch(() => undefined);
  let ends = 0;
  return {
    async show(qr) {
      const endsBefore = ends;
      const display = await loading;
      if (ends === endsBefore) await display.show(qr);
    },
    async end() {
      ends++;
      const display = await loading.catch(() => undefined);
      await display?.end();
    },
  };
};

/** The quiet zone of the standard. */
const quietZone = 4;

/** For logs: one QR below the other, for nothing can be wiped there. */
const inLog = (invert: boolean, isColoured: boolean, write: (lines: string) => void): QrDisplay => ({
  async show({ payload, expiresAt }) {
    const [{ encodeQr }, { withQuietZone }, { paintAscii, paintMarks }] = await Promise.all([
      import('./qr-matrix.ts'),
      import('./qr-quiet-zone.ts'),
      import('./qr-ascii.ts'),
    ]);
    const paint = isColoured ? paintAscii : paintMarks;
    const lines = paint(withQuietZone(encodeQr(payload), quietZone), invert);
    write(`${lines.join('\n')}\nThis QR expires at ${expiresAt.toISOString()}\n`);
  },
  end: () => Promise.resolve(),
});

const nowhere = (warn: (text: string) => void): QrDisplay => {
  let isSaid = false;
  return {
    show() {
      if (!isSaid) warn('no terminal to draw the QR on; use: --output qr.png, --format raw, or --json');
      isSaid = true;
      return Promise.resolve();
    },
    end: () => Promise.resolve(),
  };
};

const toStdout = (format: QrFileFormat, raw: QrDisplayParts['raw']): QrDisplay => ({
  async show({ payload }) {
    raw((await loadContent())(payload, format));
  },
  end: () => Promise.resolve(),
});

const toFile = (path: string, format: QrFileFormat, say: (text: string) => void): QrDisplay => {
  // One write after the other: a slow one must not come out on top of a newer QR, nor after the end.
  let last: Promise<void> = Promise.resolve();
  let isWritten = false;
  const write = async (payload: string): Promise<void> => {
    const { writeQrFile } = await import('./qr-file.ts');
    await writeQrFile(path, (await loadContent())(payload, format));
    if (!isWritten) say(`The QR is in ${path}. Scan it with WhatsApp > Linked devices > Link a device.`);
    isWritten = true;
  };
  return {
    show({ payload }) {
      const written = last.then(() => write(payload));
      last = written.catch(() => undefined);
      return written;
    },
    async end() {
      await last;
      if (isWritten) await (await import('./qr-file.ts')).removeQrFile(path);
      isWritten = false;
    },
  };
};

/** Shows QRs where the target says. */
export function qrDisplay(target: QrTarget, parts: QrDisplayParts): QrDisplay {
  switch (target.to) {
    case 'terminal':
      if (parts.terminal) return onTerminal(target, parts.terminal);
      if (target.style === 'ascii') return inLog(target.invert, parts.isColoured, parts.write);
      return nowhere(parts.warn);
    case 'stdout':
      return toStdout(target.format, parts.raw);
    case 'file':
      return toFile(target.path, target.format, parts.say);
  }
}
