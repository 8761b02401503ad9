// The terminal rules:
// - stdout carries results and nothing else; every message to a person goes to stderr.
// - With --json stdout is JSON lines: one document, or a row of events whose last is the outcome.
// - Colour is decided for each stream when it is opened, and never asked again.
// - Whatever is said to a person is made plain (sanitize.ts), then coloured: a line given to be said stays one line.
// - Only a terminal is redrawn. Lines said meanwhile are shown below, and written again then; results and errors end it first.
import type { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  CheckLine,
  Io,
  KeyValue,
  Painted,
  QrDisplay,
  QrReport,
  QrTarget,
  Screen,
  ServiceLogOptions,
  Spinner,
  Words,
} from '../ports/io.ts';
import type { Log, LogLevel } from '../ports/log.ts';
import type { TerminalInput } from './ask-terminal.ts';
import { otherCharacterSet } from './character-set.ts';
import { checkListForTerminal } from './check-list.ts';
import { secondsLeft } from './countdown.ts';
import { errorText } from './error-text.ts';
import { errorRecord } from '../schema/error-record.ts';
import { jsonLine } from './json-line.ts';
import type { LiveScreen } from './live-screen.ts';
import type { Output } from './output.ts';
import { pairCodeLines } from './pair-code-lines.ts';
import type { Palette } from './palette.ts';
import { sanitize, sanitizeLine, sanitizeWords } from './sanitize.ts';
import { qrDisplay } from './qr-display.ts';
import type { QrOnTerminalParts } from './qr-on-terminal.ts';
import type { QrStyle } from '../domain/qr-output.ts';
import type { ProcessSignals } from './process-signals.ts';
import type { ServiceLog } from './service-log.ts';
import { startSpinner } from './spinner.ts';
import { watchScreen } from './watch-screen.ts';
import { keyValueText, tableForPipe, tableForTerminal } from './table.ts';

/** The surroundings, as `createIo` found them. */
type StreamIoParts = {
  readonly stdin: TerminalInput;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdoutPalette: Palette;
  readonly stderrPalette: Palette;
  readonly isStderrColoured: boolean;
  /** Undefined where nothing can be drawn. */
  readonly live: LiveScreen | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly warns: boolean;
  readonly verbose: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: ProcessSignals;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

const assumedColumns = 80;

/** The streams of a process, as commands see them. */
export class StreamIo implements Io {
  readonly json: boolean;
  /** Whether a question can be asked: stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  /** Whether something can be drawn and redrawn on stderr. */
  readonly canDraw: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly #parts: StreamIoParts;
  #hasEvents = false;
  #service: ServiceLog | undefined;
  #spinner: Spinner | undefined;
  #screen: Screen | undefined;

  constructor(parts: StreamIoParts) {
    this.#parts = parts;
    this.json = parts.json;
    this.stdoutIsTerminal = parts.stdout.stream.isTTY === true;
    this.canPrompt = parts.stderr.stream.isTTY === true && parts.stdin.isTTY === true;
    this.canDraw = parts.live !== undefined;
  }

  /** The one document of a command: `document` with --json, else the words (none when there are none). */
  result(document: unknown, human: () => Words): void {
    this.#clearTerminal();
    if (this.json) return this.#parts.stdout.finish(jsonLine(document));
    const text = sanitizeWords(human());
    if (text !== '') this.#parts.stdout.finish(`${text}\n`);
  }

  /** One line of JSON, for commands that wait; nothing without --json. From the first one on, an error is one too. */
  event(document: unknown): void {
    if (!this.json) return;
    this.#hasEvents = true;
    this.#parts.stdout.write(jsonLine(document));
  }

  /** Exactly these bytes on stdout, and a line end after text. */
  raw(content: string | Uint8Array): void {
    this.#parts.stdout.write(typeof content === 'string' ? `${content}\n` : content);
  }

  /** A sentence on the way, to stderr; not with --quiet. */
  say(text: string): void {
    if (!this.#parts.quiet) this.#tell('info', text);
  }

  /** A line that was asked for, to stderr, also with --quiet. */
  tell(text: string): void {
    this.#write(sanitizeLine(text));
  }

  /** Like `say`, for a success. */
  done(text: string): void {
    if (!this.#parts.quiet) this.#tell('info', text, this.#parts.stderrPalette.good(sanitizeLine(text)));
  }

  /** Not with --quiet; a reader of JSON is warned. */
  warn(text: string): void {
    if (!this.#parts.warns) return;
    this.#tell('warn', text, `wactl: ${this.#parts.stderrPalette.busy('warning:')} ${sanitize(text)}`);
  }

  /** A line of the engine's log, to stderr, also with --quiet. */
  log(level: string, text: string): void {
    if (this.#service) this.#service.always(level, text);
    else this.#write(this.#parts.stderrPalette.faint(`${level}: ${sanitize(text)}`));
  }

  /** Without words on the level: what --quiet, --verbose and --json ask for. */
  async serviceLog(options: ServiceLogOptions): Promise<Log> {
    const { ServiceLog } = await import('./service-log.ts');
    return (this.#service = new ServiceLog(this.#parts, options));
  }

  /** Words on stderr; with --json the error document on stdout instead, or the last event where there were events. */
  error(error: WactlError): void {
    this.#clearTerminal();
    if (this.#service) this.#service.end(error);
    else if (!this.json) this.#parts.stderr.finish(errorText(error, this.#parts.stderrPalette));
    if (!this.json) return;
    const document = errorRecord(error);
    this.#parts.stdout.finish(jsonLine(this.#hasEvents ? { event: 'error', ...document } : document));
  }

  /** Asks on the terminal; only a yes is yes. Rejects with the signal's reason. Only where `canPrompt`. */
  async confirm(question: string): Promise<boolean> {
    this.#clearTerminal();
    return (await import('./prompts.ts')).askYes(this.#parts, question);
  }

  /** Asks for a line that is not shown. Rejects with the signal's reason, or a DeclinedError. Only where `canPrompt`. */
  async secret(question: string): Promise<string> {
    this.#clearTerminal();
    return (await import('./prompts.ts')).askSecret(this.#parts, question);
  }

  /** All of a file, of stdin when it is called "-". Rejects with the signal's reason, or a UsageError. */
  async readAll(path: string): Promise<string> {
    return Buffer.from(await this.readBytes(path, 1024 ** 2)).toString('utf8');
  }

  /** The same, as bytes, and up to 1 GB. */
  async readBytes(path: string, mostBytes = 1024 ** 3): Promise<Uint8Array> {
    const { readFrom } = await import('./read-input.ts');
    const { stdin, signal } = this.#parts;
    return readFrom(path === '-' ? stdin : path, signal, mostBytes);
  }

  /** A sign of life while something takes long; replaces the one before it. */
  spinner(text: string): Spinner {
    this.#spinner?.stop();
    const { live, quiet, stderr, isStderrColoured, clock, env } = this.#parts;
    if (quiet || live === undefined || live.isOpen || this.#screen)
      return { text: () => undefined, stop: () => undefined };
    const look = { isColoured: isStderrColoured, isAscii: otherCharacterSet(env) !== null };
    return (this.#spinner = startSpinner(text, stderr.stream, look, clock));
  }

  /** Takes stdout's terminal over with what is shown; undefined where nothing can be redrawn there. */
  screen(): Screen | undefined {
    const { stdout, stderr, signals, clock, env } = this.#parts;
    if (this.json || !this.stdoutIsTerminal || env['TERM'] === 'dumb') return undefined;
    return (this.#screen = watchScreen({ output: stdout, signals, clock }, stderr));
  }

  /** A table as text: fitted to the terminal, tab-separated and whole where stdout is none. */
  table(
    titles: readonly string[],
    rows: readonly (readonly string[])[],
    whole: readonly string[] = [],
  ): Painted {
    if (!this.stdoutIsTerminal) return tableForPipe(rows);
    const columns = this.#parts.stdout.stream.columns || assumedColumns;
    return tableForTerminal(titles, rows, { columns, whole, palette: this.#parts.stdoutPalette });
  }

  /** Aligned `key  value` lines, tab-separated if stdout is not a terminal. Empty values are left out. */
  keyValues(pairs: readonly KeyValue[]): Painted {
    const columns = this.#parts.stdout.stream.columns || assumedColumns;
    return keyValueText(pairs, this.stdoutIsTerminal ? columns : undefined, this.#parts.stdoutPalette);
  }

  /** What `doctor` found: aligned and wrapped for a terminal, tab-separated for a pipe. */
  checkList(lines: readonly CheckLine[]): Painted {
    if (!this.stdoutIsTerminal) {
      return tableForPipe(
        lines.map(({ name, status, details, remedy }) => [name, status, details, remedy ?? '']),
      );
    }
    const width = this.#parts.stdout.stream.columns || assumedColumns;
    return checkListForTerminal(lines, width, this.#parts.stdoutPalette);
  }

  /** How a QR would be drawn on this terminal; null where nothing can be drawn. */
  async explainQr(style: QrStyle): Promise<QrReport | null> {
    const parts = this.#terminalParts();
    if (!parts) return null;
    const { explainQr } = await import('./explain-qr.ts');
    return explainQr(style, parts.env, parts);
  }

  /** Shows QRs where the target says. `end` must be called, however the pairing ends. */
  qrDisplay(target: QrTarget): QrDisplay {
    const display = qrDisplay(target, {
      terminal: this.#terminalParts(),
      isColoured: this.#parts.isStderrColoured,
      write: (lines) => this.#parts.stderr.write(lines),
      raw: (content) => this.raw(content),
      say: (text) => this.say(text),
      warn: (text) => {
        if (!this.json) this.warn(text);
      },
    });
    const show = async (qr: Parameters<QrDisplay['show']>[0]): Promise<void> => {
      if (target.to === 'terminal' && this.canDraw) this.#spinner?.stop();
      await display.show(qr);
    };
    return { show, end: () => display.end() };
  }

  /** The QR as "data:image/png;base64,…". */
  async qrDataUrl(payload: string): Promise<string> {
    const { qrContent } = await import('./qr-content.ts');
    return qrContent(payload, 'data-url') as string;
  }

  /** Shows a pairing code (bare, "ABCDEFGH") and what to do with it, also with --quiet; `end` wipes it. */
  pairCodeDisplay(code: string, phone: string, expiresAt: Date): { end(): void } {
    const { live, clock, stderr, stderrPalette } = this.#parts;
    const lines = (secondsLeft: number, columns: number) =>
      pairCodeLines(sanitize(code), sanitize(phone), secondsLeft, columns, stderrPalette.strong);
    if (live) {
      this.#spinner?.stop();
      live.show({ expiresAt, render: (size, secondsLeft) => ({ lines: lines(secondsLeft, size.columns) }) });
    } else if (!this.json) {
      for (const line of lines(secondsLeft(expiresAt, clock.now()), 0)) stderr.write(`${line}\n`);
    }
    return { end: () => live?.close() };
  }

  /**
   * Gives the terminal back and waits until all output has left the process. Throws when some of it could not be
   * written; a reader that went away is not a failure.
   */
  async end(): Promise<void> {
    this.#clearTerminal();
    await Promise.all([this.#parts.stdout.drained(), this.#parts.stderr.drained()]);
  }

  #terminalParts(): QrOnTerminalParts | undefined {
    const { stdin, stderr: output, live, clock, signals, env, verbose } = this.#parts;
    const explain = (sentence: string): void => {
      if (verbose) this.log('debug', sentence);
    };
    return live && { stdin, output, live, clock, signals, env, explain };
  }

  #tell(level: LogLevel, text: string, painted = sanitizeLine(text)): void {
    if (this.#service) this.#service.line(level, text);
    else this.#write(painted);
  }

  #write(line: string): void {
    this.#parts.live?.note(line);
    this.#parts.stderr.write(`${line}\n`);
  }

  #clearTerminal(): void {
    this.#spinner?.stop();
    this.#parts.live?.close();
    this.#screen?.end();
    this.#screen = undefined;
  }
}
