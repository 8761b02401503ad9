// The processes of a fleet on this machine: an emulated WhatsApp or more, a PostgreSQL, and a `serve` for each host.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundled.js';
import { sum } from './fleet-figures.js';
import { start, wactl } from './program.js';

/** Code that is not bundled like the program slows down with each session of a process. */
const pairedByOne = 50;
const pairingAtOnce = 2;
/** One emulated WhatsApp is one processor's work. */
const mostOfSandbox = 2_000;
const noticedMs = 2_000;
const probe = fileURLToPath(new URL('fleet-probe.js', import.meta.url));
/** The first pre-keys take most of the time of a pairing, and are not what is measured. */
const fewPreKeys = {
  name: 'few-pre-keys',
  setup: (build) =>
    build.onLoad({ filter: /whatsapp[\\/]pre-keys\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('< INITIAL_PREKEY_COUNT', '< 40'),
      loader: 'ts',
    })),
};
export const token = 'only-for-this-soak-run';
/** For Node.js itself, such as --cpu-prof. */
const nodeFlags = process.env.SOAK_NODE?.split(' ') ?? [];

export class Machines {
  #running = [];
  #scratch;
  #bundles;
  #data;
  #isOver = false;
  hosts = [];
  sandboxes = [];

  constructor(scratch, bundles) {
    [this.#scratch, this.#bundles] = [scratch, bundles];
  }

  async startDatabase() {
    this.database = this.#start(await bundled('fleet-postgres.ts', this.#bundles));
    ({ address: this.address, data: this.#data } = await this.database.line((text) => JSON.parse(text)));
  }

  async startSandboxes(sessions) {
    const script = await bundled('fleet-sandbox.ts', this.#bundles);
    for (let left = sessions; left > 0; left -= mostOfSandbox) {
      const child = this.#start(script);
      const ready = await child.line((text) => JSON.parse(text));
      const sandbox = { child, ...ready, state: { devices: 0, online: 0, logins: 0, most_connections: 0 } };
      child
        .line((text) => {
          const line = JSON.parse(text);
          if (line.event === 'state' || line.event === 'end') sandbox.state = line;
          this.onState?.();
          return undefined;
        })
        .catch(() => undefined);
      this.sandboxes.push(sandbox);
    }
  }

  async pair(sessions) {
    const script = await bundled('pair-sessions.ts', this.#bundles, [fewPreKeys]);
    const keys = join(this.#scratch, 'keys');
    mkdirSync(keys, { mode: 0o700 });
    // The first makes the key.
    const batches = [[0, 1]];
    for (let first = 1; first < sessions; first += pairedByOne)
      batches.push([first, Math.min(pairedByOne, sessions - first)]);
    const pairBatch = async ([first, count]) => {
      const { endpoint, endpoint_root: root } =
        this.sandboxes[Math.floor((first * this.sandboxes.length) / sessions)];
      const child = this.#start(script, keys, endpoint, root, String(count), String(first), this.address);
      await child.line((text) => (text === '{}' ? true : undefined));
      child.kill('SIGTERM');
      await child.ended;
    };
    await pairBatch(batches.shift());
    const lane = async () => {
      while (batches.length > 0) await pairBatch(batches.shift());
    };
    await Promise.all(Array.from({ length: pairingAtOnce }, lane));
  }

  /** Begins a `serve`; resolves once its port is open. */
  async serve(name) {
    const directory = join(this.#scratch, name);
    if (!existsSync(directory)) {
      mkdirSync(directory, { mode: 0o700 });
      copyFileSync(join(this.#scratch, 'keys', 'wactl.key'), join(directory, 'wactl.key'));
    }
    const file = join(this.#scratch, `${name}.json`);
    const flags = ['--listen', '0', '--json', '--quiet', '--config-dir', directory];
    const child = start(['--import', probe, ...nodeFlags, wactl, 'serve', ...flags], {
      WACTL_TOKEN: token,
      WACTL_STORE: this.address,
      PROBE_NAME: name,
      PROBE_FILE: file,
      PROBE_PORT: new URL(this.address).port,
    });
    this.#running.push(child);
    const { url } = await child.line((text) => {
      const line = JSON.parse(text);
      return line.event === 'ready' ? line : undefined;
    });
    const host = { name, child, url, probe: file };
    this.hosts.push(host);
    return host;
  }

  /** Ends a `serve` by a signal; resolves to the seconds that it took. */
  async end(host, signal) {
    this.hosts = this.hosts.filter((one) => one !== host);
    const since = performance.now();
    host.child.kill(signal);
    await host.child.ended;
    return (performance.now() - since) / 1000;
  }

  /** The process that all of PostgreSQL are children of. */
  get postmaster() {
    return Number(readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  get online() {
    return sum(this.sandboxes.map(({ state }) => state.online));
  }

  get logins() {
    return sum(this.sandboxes.map(({ state }) => state.logins));
  }

  get mostConnections() {
    return Math.max(...this.sandboxes.map(({ state }) => state.most_connections));
  }

  /** Resolves once one of so many is not online: that a host has ended is seen a little later. */
  async offline(count) {
    const since = performance.now();
    while (this.online >= count && performance.now() - since < noticedMs) await sleep(20);
  }

  /** Resolves once it is up again. */
  async restartDatabase() {
    const up = this.database.line((text) => (JSON.parse(text).event === 'up' ? true : undefined));
    this.database.kill('SIGUSR2');
    await up;
  }

  /** Resolves to the seconds since `from` once so many are online; null: not within the time. */
  async onlineWithin(count, withinMs, from = performance.now()) {
    const late = new AbortController();
    const reached = new Promise((resolve) => {
      this.onState = () => {
        if (this.online >= count) resolve((performance.now() - from) / 1000);
      };
      this.onState();
    });
    const seconds = await Promise.race([reached, sleep(withinMs, null, late).catch(() => null)]);
    late.abort();
    this.onState = undefined;
    return seconds;
  }

  /** One message to each device; resolves when all are acknowledged. */
  async messages() {
    const told = this.sandboxes.map(({ child }) =>
      child.line((text) => (JSON.parse(text).event === 'acknowledged' ? true : undefined)),
    );
    for (const { child } of this.sandboxes) child.kill('SIGUSR2');
    await Promise.all(told);
  }

  /** Ends everything. */
  async close() {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const child of this.#running) if (child !== this.database) child.kill('SIGKILL');
    this.database?.kill('SIGTERM');
    await Promise.all(this.#running.map(({ ended }) => ended));
  }

  #start(...args) {
    const child = start(args);
    this.#running.push(child);
    if (this.#isOver) child.kill('SIGTERM');
    return child;
  }
}
