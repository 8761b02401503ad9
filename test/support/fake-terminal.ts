import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import type { TerminalSize } from './terminal.ts';

/** A stream like process.stderr on a terminal, with an emulator behind it; without a size, like a pipe. */
export class FakeTerminal extends Writable {
  readonly isTTY: boolean;
  columns: number | undefined;
  rows: number | undefined;
  /** All bytes that were written, as text. */
  written = '';
  readonly screen;

  constructor(size?: TerminalSize) {
    super({ decodeStrings: false });
    this.isTTY = size !== undefined;
    this.columns = size?.columns;
    this.rows = size?.rows;
    this.screen = new xterm.Terminal({
      cols: size?.columns || 80,
      rows: size?.rows || 24,
      scrollback: 1000,
      allowProposedApi: true,
      convertEol: true,
    });
  }

  override _write(chunk: string | Uint8Array, _encoding: string, done: () => void): void {
    this.written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
    this.screen.write(chunk);
    done();
  }

  resize({ columns, rows }: TerminalSize): void {
    this.columns = columns;
    this.rows = rows;
    this.screen.resize(columns, rows);
    this.emit('resize');
  }

  /** The visible rows, once the emulator has processed all output. */
  async text(): Promise<string> {
    await new Promise<void>((resolve) => this.screen.write('', resolve));
    const buffer = this.screen.buffer.active;
    return Array.from(
      { length: this.screen.rows },
      (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '',
    )
      .join('\n')
      .trimEnd();
  }
}

/** A stdin that a test types into. */
export const fakeInput = (isTTY: boolean): PassThrough & { isTTY: boolean } =>
  Object.assign(new PassThrough(), { isTTY });
