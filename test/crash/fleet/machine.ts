import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitStatuses } from '../../../src/errors.ts';
import type { Place } from '../../support/cli-place.ts';
import type { Outcome, Running } from '../../support/cli-running.ts';
import { startLine } from '../../support/line.ts';
import type { Line } from '../../support/line.ts';

const preload = pathToFileURL(join(import.meta.dirname, 'machine-preload.js')).href;
const mostStarts = 5;

export type MachineParts = {
  readonly place: Place;
  readonly name: string;
  /** The address of the database for this machine, by the port of its line. */
  readonly store: (port: number) => string;
  readonly databasePort: number;
};

/** A machine of a fleet: a config directory with a `serve`, and lines of its own to the database and to WhatsApp. */
export class Machine {
  readonly name: string;
  readonly directory: string;
  readonly toDatabase: Line;
  readonly toWhatsApp: Line;
  /** The launcher of the `wactl` that is installed on it. */
  wactl: string;
  readonly #parts: MachineParts;
  #serve: Running | undefined;
  /** What earlier ones have said; how the last one has ended. */
  #before = '';
  #end = '';
  #isTold = false;
  #clockMs = 0;

  private constructor(parts: MachineParts, toDatabase: Line, toWhatsApp: Line) {
    this.#parts = parts;
    this.name = parts.name;
    this.wactl = parts.place.wactl;
    this.directory = join(parts.place.home, parts.name);
    [this.toDatabase, this.toWhatsApp] = [toDatabase, toWhatsApp];
  }

  /** `key`: the file that the other machines have. */
  static async make(parts: MachineParts, key: string): Promise<Machine> {
    const whatsAppPort = Number(new URL(parts.place.sandbox.endpoint).port);
    const machine = new Machine(parts, await startLine(parts.databasePort), await startLine(whatsAppPort));
    await mkdir(machine.directory, { mode: 0o700 });
    await copyFile(key, join(machine.directory, 'wactl.key'));
    return machine;
  }

  get isRunning(): boolean {
    return this.#serve?.isRunning ?? false;
  }

  /** Whether its `serve` has ended without having been told to. */
  get hasFailed(): boolean {
    return !this.isRunning && !this.#isTold;
  }

  /** Whether its clock is the real one. */
  get isOnTime(): boolean {
    return this.#clockMs === 0;
  }

  /** What its `serve`s have said so far. */
  get said(): string {
    const { stdout = '', stderr = '' } = this.#serve ?? {};
    return `${this.#before}${stdout}${stderr}${this.#end}`;
  }

  /** Begins a `serve`, and resolves once its port is open. As a service manager does, starts it again if the store is out of reach. */
  async serve(clockMs = 0): Promise<void> {
    for (let left = mostStarts; ; left -= 1) {
      const serve = this.#start(clockMs);
      const isReady = await serve.event(({ event }) => event === 'ready').catch(() => undefined);
      if (isReady) return;
      const { status, stdout } = await serve.exited;
      if (status !== exitStatuses.unreachable || left === 1)
        throw new Error(`serve ended with ${String(status)}: ${stdout}`);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#serve?.kill(name);
  }

  /** Ends its `serve` by a signal. */
  async end(name: 'SIGTERM' | 'SIGKILL'): Promise<Outcome | undefined> {
    this.#isTold = true;
    this.signal(name);
    return this.#serve?.exited;
  }

  /** Begins a `serve` that ends by itself. */
  refused(): Promise<Outcome> {
    const serve = this.#start();
    this.#isTold = true;
    return serve.exited;
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    await Promise.all([this.toDatabase.close(), this.toWhatsApp.close()]);
  }

  #start(clockMs = 0): Running {
    const { place, name, store } = this.#parts;
    const { port } = new URL(place.sandbox.endpoint);
    this.#clockMs = clockMs;
    this.#isTold = false;
    [this.#before, this.#end] = [this.said, ''];
    const serve = place.script(this.wactl, ['serve', '--listen', '0', '--json'], {
      env: {
        WACTL_CONFIG_DIR: this.directory,
        WACTL_STORE: store(this.toDatabase.port),
        NODE_OPTIONS: `--import ${preload}`,
        MACHINE_NAME: name,
        MACHINE_ROUTES: JSON.stringify({ [port]: this.toWhatsApp.port }),
        MACHINE_CLOCK_MS: String(clockMs),
      },
    });
    this.#serve = serve;
    void serve.exited.then(({ status }) => {
      if (this.#serve === serve) this.#end = `${new Date().toISOString()} ended with ${String(status)}\n`;
    });
    return serve;
  }
}
