import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import type { Terminal as Screen } from '@xterm/headless';
import { shownImage } from './terminal-images.ts';
import type { ShownImage } from './terminal-images.ts';

export type TerminalSize = { readonly columns: number; readonly rows: number };

type TerminalOptions = {
  readonly command: readonly [file: string, ...args: string[]];
  readonly size: TerminalSize;
  /** Added to a separate environment: HOME in a new folder, TERM, and a foreign TZ and locale. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it answers when it is asked what it can draw; by default what xterm.js does. */
  readonly answers?: TerminalTalk;
};

/** The answers of a terminal, whole as they are typed; undefined: none. */
export type TerminalTalk = {
  readonly kitty?: string;
  readonly version?: string;
  readonly cell?: string;
  readonly attributes?: string;
};

const escape = '\x1b';
/** The question for kitty's graphics, which the emulator does not know. */
const kittyQuestion = `${escape}_Gi=31,`;

/** DECTCEM, the private mode that shows the cursor. */
const cursorMode = 25;

/** The outcome of a process on a terminal. */
type TerminalExit = { readonly status: number; readonly signal: number | undefined };

/** The rows of a whole buffer, scrollback included, right ends trimmed. */
const bufferText = (screen: Screen, which: 'active' | 'normal' | 'alternate'): string => {
  const buffer = screen.buffer[which];
  const rows = Array.from(
    { length: buffer.length },
    (_, y) => buffer.getLine(y)?.translateToString(true) ?? '',
  );
  return rows.join('\n').trimEnd();
};

/**
 * A command on a pseudo-terminal, with a real terminal emulator at the other end: what a person would see. Nothing here
 * waits for time to pass: `waitFor` checks whenever the emulator has processed more bytes.
 */
export class TestTerminal {
  readonly screen: Screen;
  readonly home: string;
  /** Resolves when the command has ended and all its output is on the screen. */
  readonly exited: Promise<TerminalExit>;
  readonly #pty: ReturnType<typeof spawn>;
  readonly #watchers = new Set<() => void>();
  #exit: TerminalExit | undefined;
  #cursorIsShown = true;
  #bytes = '';

  private constructor(options: TerminalOptions, home: string) {
    const { columns: cols, rows } = options.size;
    const [file, ...args] = options.command;
    this.home = home;
    // Else the questions for sizes do not reach the handlers below.
    const windowOptions = { getCellSizePixels: true, getWinSizePixels: true };
    this.screen = new xterm.Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true, windowOptions });
    this.#pty = spawn(file, args, {
      name: options.env?.['TERM'] ?? 'xterm-256color',
      cols,
      rows,
      cwd: home,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        TERM: 'xterm-256color',
        TZ: 'Pacific/Auckland',
        LC_ALL: 'sk_SK.UTF-8',
        ...options.env,
      },
    });
    this.#pty.onData((data) => {
      this.#bytes += data;
      this.screen.write(data, () => this.#look());
      const { kitty } = options.answers ?? {};
      if (kitty && data.includes(kittyQuestion)) this.#pty.write(kitty);
    });
    const { answers } = options;
    if (answers) {
      const answer = (id: { prefix?: string; final: string }, question: string, text?: string): void => {
        this.screen.parser.registerCsiHandler(id, ([asked]) => {
          if (text !== undefined && String(asked ?? '').startsWith(question)) this.#pty.write(text);
          return true;
        });
      };
      answer({ prefix: '>', final: 'q' }, '', answers.version);
      answer({ final: 't' }, '16', answers.cell);
      answer({ final: 'c' }, '', answers.attributes);
    }
    for (const final of ['h', 'l']) {
      this.screen.parser.registerCsiHandler({ prefix: '?', final }, (modes) => {
        if (modes.includes(cursorMode)) this.#cursorIsShown = final === 'h';
        return false;
      });
    }
    // The emulator answers questions of the program (cursor position, device attributes) as a terminal does.
    this.screen.onData((answer) => this.#pty.write(answer));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        const exit = { status: exitCode, signal: signal || undefined };
        // The emulator first processes the command's last output.
        this.screen.write('', () => {
          this.#exit = exit;
          resolve(exit);
          this.#look();
        });
      });
    });
  }

  static async start(options: TerminalOptions): Promise<TestTerminal> {
    return new TestTerminal(options, await mkdtemp(join(tmpdir(), 'wactl-terminal-')));
  }

  /** The image on the screen, by all that was written; the emulator itself shows none. */
  get image(): ShownImage | undefined {
    return shownImage(this.#bytes);
  }

  /** Every byte so far, as text. */
  get written(): string {
    return this.#bytes;
  }

  /** Whether it was asked what it can draw. */
  get isAsked(): boolean {
    return this.#bytes.includes(kittyQuestion);
  }

  get cursorIsShown(): boolean {
    return this.#cursorIsShown;
  }

  /** The visible text, right ends trimmed. */
  text(): string {
    const buffer = this.screen.buffer.active;
    const rows = Array.from(
      { length: this.screen.rows },
      (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '',
    );
    return rows.join('\n').trimEnd();
  }

  /** All text, whichever screen is visible: scrollback, normal and alternate screen. */
  everything(): string {
    return `${bufferText(this.screen, 'normal')}\n${bufferText(this.screen, 'alternate')}`;
  }

  /** Resolves with the first result of `look`; rejects when the command ends without one. */
  waitFor<T>(look: (terminal: this) => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = look(this);
        if (found === undefined || found === false) {
          if (this.#exit === undefined) return;
          reject(new Error(`the command ended (${JSON.stringify(this.#exit)}) showing:\n${this.text()}`));
        } else {
          resolve(found);
        }
        this.#watchers.delete(watcher);
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }

  /** Resolves once the text is in view. */
  waitForText(wanted: string): Promise<true> {
    return this.waitFor(() => this.text().includes(wanted) || undefined);
  }

  /** As typed: "\r" is Enter, "\x03" is Ctrl-C. */
  sendKeys(keys: string): void {
    this.#pty.write(keys);
  }

  /** Sends a signal to the command itself, by its process id. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.#pty.pid, name);
  }

  /** Like a person resizing the window: first the emulator changes, then the program is told. */
  resize({ columns, rows }: TerminalSize): void {
    this.screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Ends the command if it still runs, and removes its home. */
  async close(): Promise<void> {
    if (this.#exit === undefined) process.kill(this.#pty.pid, 'SIGKILL');
    await this.exited;
    this.screen.dispose();
    await rm(this.home, { recursive: true, force: true });
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
