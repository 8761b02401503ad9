import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleChild } from '../support/run-store-child.ts';
import { damagesOf, doDamage } from './damages.ts';
import type { Amounts, Damage } from './damages.ts';
import type { Answers } from './damage-child.ts';
import { fill, ids } from './fill.ts';

export type DamageOptions = Amounts & {
  readonly seed: number;
  /** The root of the project. */
  readonly root: string;
  /** The built program, and at every how many positions to run it. */
  readonly program?: { readonly path: string; readonly every: number };
};

export type DamageReport = {
  readonly positions: number;
  readonly right: number;
  /** Answers with exit 11. */
  readonly refused: number;
  readonly hangs: number;
  /** The process died, or reported a bug. */
  readonly bugs: number;
  readonly newIdentities: number;
  /**
   * Key records that were lost. Not among the findings: a lost record looks like one that never existed, and WhatsApp's
   * protocol recovers from it; no record was mixed up with another or became another identity.
   */
  readonly lostKeys: number;
  readonly wrong: number;
  readonly programRuns: number;
  /** The wrong results, each with its place. */
  readonly findings: readonly string[];
};

/** Longer than any answer takes, including the wait for a lock. */
const hangMs = 20_000;

/** Damages a store at many positions, one after the other, and runs all queries each time. */
export async function runDamage(options: DamageOptions): Promise<DamageReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wactl-damage-'));
  try {
    const filled = await fill(folder);
    const damages = damagesOf(filled, options.seed, options);
    const scratch = join(folder, 'scratch');
    mkdirSync(scratch);
    const task = join(folder, 'task.json');
    writeFileSync(task, JSON.stringify({ ...filled, scratch, damages }));
    const found = await askStore(
      await bundleChild(
        join(options.root, 'test', 'damage', 'damage-child.ts'),
        join(folder, 'damage-child.mjs'),
      ),
      task,
      damages,
    );
    const runs = options.program
      ? await askProgram(options.program, filled, scratch, damages, options.seed)
      : none;
    const all = [...found.findings, ...runs.findings];
    const findings = all.filter((finding) => !finding.endsWith('key absent'));
    // The output of a program that died may contain any word.
    const isKind = (kind: RegExp) => findings.filter((finding) => kind.test(finding.split('\n')[0] ?? ''));
    const [hangs, bugs, identities] = [/: hang$/, /: bug: |: exit 1 /, /new identity/].map(
      (kind) => isKind(kind).length,
    ) as [number, number, number];
    return {
      positions: damages.length,
      right: found.right + runs.right,
      refused: found.refused + runs.refused,
      hangs,
      bugs,
      newIdentities: identities,
      lostKeys: all.length - findings.length,
      wrong: findings.length - hangs - bugs - identities,
      programRuns: runs.right + runs.refused + runs.findings.length,
      findings,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Found = { right: number; refused: number; findings: string[] };
const none: Found = { right: 0, refused: 0, findings: [] };

/** In a separate process, which may hang or die; a new one then continues after that position. */
async function askStore(child: string, task: string, damages: readonly Damage[]): Promise<Found> {
  const found: Found = { right: 0, refused: 0, findings: [] };
  for (let next = 0; next < damages.length;) {
    let at = next;
    const running = spawn(process.execPath, [child, task, String(next)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let isHanging = false;
    const watch = setTimeout(() => {
      isHanging = true;
      running.kill('SIGKILL');
    }, hangMs);
    for await (const text of createInterface(running.stdout)) {
      watch.refresh();
      const line = JSON.parse(text) as { readonly index: number; readonly answers?: Answers };
      at = line.index;
      if (!line.answers) continue;
      next = at + 1;
      found.right += line.answers.right;
      found.refused += line.answers.refused;
      for (const wrong of line.answers.wrong) found.findings.push(`${where(damages[at])}: ${wrong}`);
    }
    clearTimeout(watch);
    if (next >= damages.length) break;
    found.findings.push(`${where(damages[at])}: ${isHanging ? 'hang' : 'bug: the process died'}`);
    next = at + 1;
  }
  return found;
}

const commands = [
  ['list'],
  ['status', '--all', '--offline', '--expect', 'disconnected'],
  ['show', ids[0] ?? ''],
  ['webhook', 'list', ids[1] ?? ''],
  ['delete', ids[2] ?? '', '--yes', '--force', '--timeout', '5s'],
];

/** The program itself, on a sample of the positions. */
async function askProgram(
  { path, every }: NonNullable<DamageOptions['program']>,
  filled: { readonly closed: string; readonly open: string },
  scratch: string,
  damages: readonly Damage[],
  seed: number,
): Promise<Found> {
  const found: Found = { right: 0, refused: 0, findings: [] };
  for (let index = seed % every; index < damages.length; index += every) {
    const damage = damages[index] as Damage;
    const directory = join(scratch, `program-${String(index)}`);
    mkdirSync(directory, { mode: 0o700 });
    for (const file of readdirSync(filled[damage.state])) {
      copyFileSync(join(filled[damage.state], file), join(directory, file));
    }
    doDamage(directory, damage);
    for (const command of commands) {
      const { status, output } = await run(path, [...command, '--json', '--config-dir', directory]);
      if (status === 0) found.right += 1;
      else if (status === 11) found.refused += 1;
      else
        found.findings.push(
          `${where(damage)}: wactl ${command.join(' ')}: ${status === null ? 'hang' : output}`,
        );
    }
    rmSync(directory, { recursive: true, force: true });
  }
  return found;
}

function run(path: string, args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [path, ...args], {
    env: { PATH, HOME: tmpdir() },
    timeout: hangMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) =>
      resolve({
        status,
        output: signal === 'SIGABRT' ? 'bug: the process died' : `exit ${String(status)} ${output.trim()}`,
      }),
    );
  });
}

const where = (damage: Damage | undefined): string =>
  damage
    ? `${damage.state} ${damage.file} ${damage.kind} at ${String(damage.offset)}${damage.kind === 'flip' ? ` (${String(damage.bytes[0])})` : ''}`
    : '';
