import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { bundleOptions } from '../support/bundle-options.ts';

// Baileys' leftover timers would keep a process alive for 20 to 60 seconds; it must end sooner.
const promptly = 15_000;

let folder: string;
let program: string;
let sandbox: Sandbox;
let child: Child;

/** Bundled as the engine ships, so that the replacements for parts of Baileys are tested too. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wactl-engine-'));
  await build({
    ...bundleOptions,
    absWorkingDir: join(import.meta.dirname, '../..'),
    entryPoints: ['test/support/engine-child.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  program = join(folder, 'engine-child.mjs');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  child.process.kill('SIGKILL');
  await sandbox.close();
});

type Line = { readonly word: string; readonly payload?: string; readonly reason?: string };

type Child = {
  readonly process: ChildProcess;
  readonly lines: Line[];
  readonly line: (word: string) => Promise<Line>;
  /** The exit status, and everything on stderr. */
  readonly ended: Promise<{ status: number | null; stderr: string }>;
};

function run(goal: 'pair' | 'login', stop: string): Child {
  const file = join(folder, 'credentials.json');
  const started = spawn(process.execPath, [program, sandbox.endpoint, sandbox.rootKey, file, goal, stop]);
  const lines: Line[] = [];
  let wake: () => void = () => undefined;
  createInterface(started.stdout).on('line', (line) => {
    lines.push(JSON.parse(line) as Line);
    wake();
  });
  let stderr = '';
  started.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const ended = once(started, 'close').then(([status]) => ({ status: status as number | null, stderr }));
  const line = async (word: string): Promise<Line> => {
    for (;;) {
      const found = lines.find((each) => each.word === word);
      if (found) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { process: started, lines, line, ended };
}

const silently = { status: 0, stderr: '' };

describe('a process that uses the engine', () => {
  it('ends by itself after pairing, and prints nothing else', { timeout: promptly }, async () => {
    child = run('pair', 'logged_in');
    sandbox.scan((await child.line('qr')).payload ?? '');
    expect(await child.ended).toEqual(silently);
    expect(child.lines.map(({ word }) => word)).toEqual(
      expect.arrayContaining(['connected', 'qr', 'paired', 'connected', 'logged_in', 'profile', 'closed']),
    );
    expect(child.lines.at(-1)).toEqual({ word: 'closed', reason: 'ended_here' });
    expect(sandbox.device('15550100001:1')).toMatchObject({ preKeyUploads: 1, uploadedPreKeys: 812 });
  });

  it('ends by itself after a login in the middle of the first sync', { timeout: promptly }, async () => {
    child = run('pair', 'paired');
    sandbox.scan((await child.line('qr')).payload ?? '');
    expect(await child.ended).toEqual(silently);
    child = run('login', 'logged_in');
    expect(await child.ended).toEqual(silently);
    expect(sandbox.device('15550100001:1')).toMatchObject({ preKeyUploads: 1, uploadedPreKeys: 812 });
  });

  it('ends by itself when it is aborted while a QR is on show', { timeout: promptly }, async () => {
    child = run('pair', 'qr');
    expect(await child.ended).toEqual(silently);
  });

  it.each(['stall_upgrade', 'stall_hello', 'stall_login'] as const)(
    'ends by itself when it is aborted during %s',
    { timeout: promptly },
    async (kind) => {
      const opened = kind === 'stall_upgrade' ? undefined : sandbox.waitFor('connection_opened');
      sandbox.fault({ kind });
      child = run('pair', kind === 'stall_login' ? 'connected' : 'never');
      await opened;
      if (kind !== 'stall_login') child.process.stdin?.end('stop\n');
      expect(await child.ended).toEqual(silently);
      expect(child.lines.at(-1)).toEqual({ word: 'closed', reason: 'ended_here' });
    },
  );

  it.each([
    [{ kind: 'http_status', code: 503 } as const, 'unavailable'],
    [{ kind: 'forged_root' } as const, 'forged'],
    [{ kind: 'failure', code: 405 } as const, 'outdated'],
  ])('ends by itself after %o', { timeout: promptly }, async (fault, reason) => {
    sandbox.fault(fault);
    child = run('pair', 'never');
    expect(await child.ended).toEqual(silently);
    expect(child.lines.at(-1)).toEqual({ word: 'closed', reason });
  });
});
