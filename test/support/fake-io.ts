import type { QrStyle } from '../../src/domain/qr-output.ts';
import type { WactlError } from '../../src/errors.ts';
import type { AuditEntry, Log, LogFacts, LogLevel } from '../../src/ports/log.ts';
import type {
  CheckLine,
  Io,
  KeyValue,
  Painted,
  QrReport,
  QrTarget,
  Screen,
  Words,
} from '../../src/ports/io.ts';

export type FakeIoFlags = {
  readonly json?: boolean;
  readonly canPrompt?: boolean;
  readonly canDraw?: boolean;
  readonly stdoutIsTerminal?: boolean;
  /** A person's answers, in order. */
  readonly answers?: readonly boolean[];
  /** What a person types unseen, in order. */
  readonly secrets?: readonly string[];
  readonly stdin?: string;
  /** Their contents, by path. */
  readonly files?: Readonly<Record<string, string>>;
};

const nothing = (): void => undefined;

const textOf = (words: Words): string =>
  typeof words === 'object' && 'text' in words ? words.text : [words].flat().join('\n');

/** Recording streams: `stdout` and `stderr` line by line. Drawings are on stderr, in brackets. */
export class FakeIo implements Io {
  readonly json: boolean;
  readonly canPrompt: boolean;
  readonly canDraw: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Makes showing a QR fail. */
  brokenQr: Error | null = null;
  /** Files that are not text, by path. */
  readonly bytes = new Map<string, Uint8Array>();
  readonly #answers: boolean[];
  readonly #secrets: string[];
  readonly #stdin: string;
  readonly #files: Readonly<Record<string, string>>;

  constructor({
    json,
    canPrompt,
    canDraw,
    stdoutIsTerminal,
    answers,
    secrets,
    stdin,
    files,
  }: FakeIoFlags = {}) {
    this.json = json ?? false;
    this.canPrompt = canPrompt ?? false;
    this.canDraw = canDraw ?? false;
    this.stdoutIsTerminal = stdoutIsTerminal ?? false;
    this.#answers = [...(answers ?? [])];
    this.#secrets = [...(secrets ?? [])];
    this.#stdin = stdin ?? '';
    this.#files = files ?? {};
  }

  result(document: unknown, human: () => Words): void {
    const text = this.json ? JSON.stringify(document) : textOf(human());
    if (text !== '') this.stdout.push(...text.split('\n'));
  }

  event(document: unknown): void {
    if (this.json) this.stdout.push(JSON.stringify(document));
  }

  raw(content: string | Uint8Array): void {
    this.stdout.push(...String(content).split('\n'));
  }

  say(text: string): void {
    this.stderr.push(text);
  }

  tell(text: string): void {
    this.stderr.push(`told: ${text}`);
  }

  done(text: string): void {
    this.stderr.push(`done: ${text}`);
  }

  warn(text: string): void {
    this.stderr.push(`warning: ${text}`);
  }

  log(level: string, text: string): void {
    this.stderr.push(`${level}: ${text}`);
  }

  serviceLog(): Promise<Log> {
    return Promise.resolve(new FakeLog(this.stderr));
  }

  error({ code, message, hint }: WactlError): void {
    this.stderr.push(`error ${code}: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`]));
  }

  confirm(question: string): Promise<boolean> {
    this.stderr.push(`${question} [y/N]`);
    const answer = this.#answers.shift();
    return answer === undefined ? Promise.reject(new Error('nobody answers')) : Promise.resolve(answer);
  }

  secret(question: string): Promise<string> {
    this.stderr.push(`${question} [secret]`);
    const answer = this.#secrets.shift();
    return answer === undefined ? Promise.reject(new Error('nobody answers')) : Promise.resolve(answer);
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return this.bytes.get(path) ?? Buffer.from(await this.readAll(path));
  }

  readAll(path: string): Promise<string> {
    const text = path === '-' ? this.#stdin : this.#files[path];
    return text === undefined ? Promise.reject(new Error(`no file ${path}`)) : Promise.resolve(text);
  }

  spinner(): { text: () => void; stop: () => void } {
    return { text: nothing, stop: nothing };
  }

  screen(): Screen | undefined {
    if (!this.stdoutIsTerminal || this.json) return undefined;
    return {
      show: (words) => this.stdout.push('[screen]', ...words().map(textOf)),
      end: () => this.stdout.push('[screen ends]'),
    };
  }

  table(columns: readonly string[], rows: readonly (readonly string[])[]): Painted {
    return { text: [columns, ...rows].map((cells) => cells.join(' | ')).join('\n') };
  }

  keyValues(pairs: readonly KeyValue[]): Painted {
    const lines = pairs.filter(([, value]) => value).map(([key, value]) => `${key}: ${value ?? ''}`);
    return { text: lines.join('\n') };
  }

  checkList(lines: readonly CheckLine[]): Painted {
    const texts = lines.map(
      ({ name, status, details, remedy }) => `${status} ${name}: ${details} | ${remedy ?? ''}`,
    );
    return { text: texts.join('\n') };
  }

  explainQr(style: QrStyle): Promise<QrReport | null> {
    return Promise.resolve(this.canDraw ? { fits: true, reason: `QR as ${style}` } : null);
  }

  qrDisplay(target: QrTarget) {
    let isOn = false;
    return {
      show: ({ payload }: { readonly payload: string }): Promise<void> => {
        if (this.brokenQr) return Promise.reject(this.brokenQr);
        isOn = true;
        this.stderr.push(`[${payload} on ${target.to}]`);
        return Promise.resolve();
      },
      end: (): Promise<void> => {
        if (isOn) this.stderr.push('[qr wiped]');
        isOn = false;
        return Promise.resolve();
      },
    };
  }

  qrDataUrl(payload: string): Promise<string> {
    return Promise.resolve(`data:${payload}`);
  }

  pairCodeDisplay(code: string, phone: string): { end: () => void } {
    this.stderr.push(`[${code} for ${phone}]`);
    return { end: () => this.stderr.push('[code wiped]') };
  }

  /** stdout, each line read as JSON. */
  get documents(): unknown[] {
    return this.stdout.map((line) => JSON.parse(line) as unknown);
  }
}

/** A log that is kept, line by line: "info a: logged in". */
export class FakeLog implements Log {
  readonly lines: string[];

  constructor(lines: string[] = []) {
    this.lines = lines;
  }

  line(level: LogLevel, message: string, { session }: LogFacts = {}): void {
    this.lines.push(`${level} ${session === undefined ? '' : `${session}: `}${message}`);
  }

  audit({ action, session, by, status }: AuditEntry): void {
    this.lines.push(`audit ${action} ${session ?? '-'} by ${by}: ${String(status)}`);
  }
}
