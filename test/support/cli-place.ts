import { spawn } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/network.ts';
import { openedSecrets } from './plain-store.ts';
import { Running } from './cli-running.ts';
import type { Outcome } from './cli-running.ts';
import { TestTerminal } from './terminal.ts';
import type { TerminalSize, TerminalTalk } from './terminal.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type StartOptions = {
  readonly env?: Env;
  /** The text on its stdin; none by default. */
  readonly stdin?: string;
  /** Instead of pipes. */
  readonly stdio?: StdioOptions;
  /** How many files and sockets it may have open; by default the limit of the tests. */
  readonly openFiles?: number;
  /** A command that runs it: this line, and then its own. */
  readonly under?: readonly string[];
};

/** A machine for one test: a home, a config directory, and a sandbox that `wactl` uses. */
export class Place {
  readonly sandbox: Sandbox;
  readonly home: string;
  /** The launcher that `wactl` is here. */
  wactl = inject('wactl');
  readonly #children = new Set<Running>();
  readonly #terminals = new Set<TestTerminal>();

  private constructor(sandbox: Sandbox, home: string) {
    this.sandbox = sandbox;
    this.home = home;
  }

  static async make(options: SandboxOptions = {}): Promise<Place> {
    const home = await mkdtemp(join(tmpdir(), 'wactl-cli-'));
    await mkdir(join(home, 'work'));
    return new Place(await startSandbox(options), home);
  }

  /** The directory of the sessions. It is created with the first stored data. */
  get config(): string {
    return join(this.home, 'config');
  }

  /** Where commands run. */
  get work(): string {
    return join(this.home, 'work');
  }

  /** The whole environment of a command; of the tests' own only the PATH. */
  get env(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      TMPDIR: this.home,
      WACTL_CONFIG_DIR: this.config,
      WACTL_ENDPOINT: this.sandbox.endpoint,
      WACTL_ENDPOINT_ROOT: this.sandbox.rootKey,
      TZ: 'Pacific/Auckland',
      LC_ALL: 'sk_SK.UTF-8',
      COLUMNS: '80',
      WACTL_BROWSER: '',
    };
  }

  /** Starts `wactl`. */
  start(args: readonly string[], options: StartOptions = {}): Running {
    const { openFiles, under = [] } = options;
    const command = [...under, process.execPath, this.wactl, ...args];
    if (openFiles === undefined) return this.#spawn(command[0] ?? '', command.slice(1), options);
    return this.#spawn('sh', ['-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command], options);
  }

  /** Starts another program. */
  script(path: string, args: readonly string[] = [], options: StartOptions = {}): Running {
    return this.#spawn(process.execPath, [path, ...args], options);
  }

  /** `wactl` from its start to its end. */
  run(args: readonly string[], options: StartOptions = {}): Promise<Outcome> {
    return this.start(args, options).exited;
  }

  /** Runs a line of bash, in which `wactl` is the program, to its end. */
  bash(script: string, options: StartOptions = {}): Promise<Outcome> {
    const wactl = `wactl() { '${process.execPath}' '${this.wactl}' "$@"; }`;
    // bash complains about a locale that is not installed here.
    const env = { LC_ALL: 'C', ...options.env };
    return this.#spawn('bash', ['-c', `${wactl}\n${script}`], { ...options, env }).exited;
  }

  /** `wactl` on a terminal. */
  async terminal(
    args: readonly string[],
    size: TerminalSize,
    env: Env = {},
    answers?: TerminalTalk,
  ): Promise<TestTerminal> {
    const terminal = await TestTerminal.start({
      command: [process.execPath, this.wactl, ...args],
      size,
      env: merged({ ...this.env, COLUMNS: undefined }, env),
      ...(answers && { answers }),
    });
    this.#terminals.add(terminal);
    return terminal;
  }

  /** Makes a session and pairs it by QR. */
  async pair(id: string, ...flags: readonly string[]): Promise<void> {
    const creating = this.start(['create', id, '--json', ...flags]);
    this.sandbox.scan(await creating.qr());
    const { status, stdout } = await creating.exited;
    if (status !== 0) throw new Error(`create ${id} ended with ${status}: ${stdout}`);
  }

  /** All bytes in the files of the config directory, and the secrets that are sealed in them. */
  async stored(): Promise<Buffer> {
    return Buffer.concat([await this.storedAsIs(), ...openedSecrets(this.config)]);
  }

  /** All bytes in the files of the config directory. */
  async storedAsIs(): Promise<Buffer> {
    const entries = await readdir(this.config, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))));
  }

  /** What is in the config directory, sorted. */
  async files(): Promise<string[]> {
    return (await readdir(this.config, { recursive: true })).sort();
  }

  async remove(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all([...this.#children].map(({ exited }) => exited));
    for (const terminal of this.#terminals) await terminal.close();
    await this.sandbox.close();
    // A process in the background that was told to end may be writing its compile cache still (Node 22 and newer).
    await rm(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  #spawn(command: string, args: readonly string[], { env = {}, stdin, stdio }: StartOptions): Running {
    const child = spawn(command, args, {
      cwd: this.work,
      env: merged(this.env, env),
      stdio: stdio ?? [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (stdin !== undefined) child.stdin?.end(stdin);
    const running = new Running(child);
    this.#children.add(running);
    return running;
  }
}

/** `base` with `changes`; undefined values are removed. */
const merged = (base: Env, changes: Env): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...base, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
