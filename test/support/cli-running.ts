import type { ChildProcess } from 'node:child_process';

/** What a finished command shows to scripts and people. After a kill by a signal the status is 128 plus its number. */
export type Outcome = { readonly status: number; readonly stdout: string; readonly stderr: string };

export type JsonEvent = { readonly event?: string } & Record<string, unknown>;

const signalStatus: Readonly<Record<string, number>> = {
  SIGKILL: 137,
  SIGINT: 130,
  SIGTERM: 143,
  SIGPIPE: 141,
};

/** The parsed lines of a JSON output. Throws when one is not JSON. */
export const jsonLines = (stdout: string): JsonEvent[] =>
  stdout
    .split('\n')
    .filter((line, at, lines) => line !== '' || at < lines.length - 1)
    .map((line) => JSON.parse(line) as JsonEvent);

/** A running command. Nothing here waits for time to pass: conditions are checked whenever it prints something. */
export class Running {
  readonly exited: Promise<Outcome>;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #stdout: Buffer = Buffer.alloc(0);
  #stderr = '';
  #outcome: Outcome | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (bytes: Buffer) => {
      this.#stdout = Buffer.concat([this.#stdout, bytes]);
      this.#look();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#look();
    });
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => {
        const how = status ?? signalStatus[signal ?? ''] ?? -1;
        this.#outcome = { status: how, stdout: this.stdout, stderr: this.#stderr };
        resolve(this.#outcome);
        this.#look();
      });
    });
  }

  get isRunning(): boolean {
    return this.#outcome === undefined;
  }

  get stdout(): string {
    return this.#stdout.toString();
  }

  get stdoutBytes(): Buffer {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#outcome === undefined) this.#child.kill(signal);
  }

  /** Closes the reading end of its stdout. */
  closeStdout(): void {
    this.#child.stdout?.destroy();
  }

  /** Resolves with the first result of `look`; rejects when the command ends without one. */
  waitFor<T>(look: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined || found === false) {
          if (this.#outcome === undefined) return;
          reject(new Error(`the command ended: ${JSON.stringify(this.#outcome)}`));
        } else {
          resolve(found);
        }
        this.#watchers.delete(watcher);
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }

  /** Resolves once this text is on stderr. */
  said(text: string): Promise<true> {
    return this.waitFor(() => this.#stderr.includes(text) || undefined);
  }

  /** The first event that matches, of --json. */
  event(matches: (event: JsonEvent) => boolean): Promise<JsonEvent> {
    return this.waitFor(() =>
      jsonLines(this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1)).find(matches),
    );
  }

  /** The text of the first QR, of --json. */
  async qr(): Promise<string> {
    return String((await this.event(({ event }) => event === 'qr'))['qr']);
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
