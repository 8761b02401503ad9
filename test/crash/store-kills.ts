import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/open-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { makePlain } from '../support/plain-store.ts';
import { bundleChild } from '../support/run-store-child.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { StoreWork } from './store-child.ts';
import { clockOf, performStep, snapshot } from './store-steps.ts';
import { makeTransferTemplates, wrongAfterTransfer } from './transfer-kills.ts';
import { begun, isTransfer, transferTasks } from './transfer-work.ts';

export type KillRun = {
  readonly seed: number;
  readonly kills: number;
  /** No kill begins after this, by `Date.now()`. */
  readonly endAt: number;
};

export type KillReport = { readonly line: string; readonly lost: readonly string[] };

export const bundleStoreWork = (folder: string): Promise<string> =>
  bundleChild(fileURLToPath(new URL('store-child.ts', import.meta.url)), join(folder, 'store-work.mjs'));

/**
 * Runs the work in a process of its own, which is killed so many milliseconds after it has begun, with files when it is about to
 * write; the answer is what it said.
 */
export async function runWork(
  bundle: string,
  work: StoreWork,
  killAfterMs: number | undefined,
  under: readonly string[] = [],
): Promise<string[]> {
  const [command = '', ...args] = [...under, process.execPath, bundle, JSON.stringify(work)];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  const said: string[] = [];
  let begin: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => (begin = resolve));
  let write: (() => void) | undefined;
  const writing = new Promise<void>((resolve) => (write = resolve));
  createInterface(child.stdout).on('line', (line) => {
    if (line === 'ready') begin?.();
    else said.push(line);
    if (line === begun) write?.();
  });
  await Promise.race([ready, ended]);
  child.stdin.on('error', () => undefined).write('go\n');
  if (isTransfer(work.task)) await Promise.race([writing, ended]);
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), ended]);
    child.kill('SIGKILL');
  }
  await ended;
  return said;
}

/** How many steps the said lines acknowledge: the number of the next one. */
export const nextStep = (said: readonly string[], from: number): number =>
  said.reduce((next, line) => (/^\d+$/.test(line) ? Number(line) + 1 : next), from);

/** Undefined when SQLite finds nothing wrong. */
function integrityOf(directory: string): string | undefined {
  // Killed before there was one.
  if (!existsSync(join(directory, 'wactl.db'))) return undefined;
  const db = openDatabase({ path: join(directory, 'wactl.db'), busyTimeoutMs: 1_000 });
  const rows = db.rows('SELECT integrity_check FROM pragma_integrity_check(10)', []);
  db.close();
  const words = rows.map((row) => String(row['integrity_check'])).join('; ');
  return words === 'ok' ? undefined : words;
}

/** The same steps on a store in memory, to compare with. */
export class Model {
  #step = 0;
  readonly store = memoryStore(() => clockOf(this.#step));
  readonly #isSingle: boolean;

  constructor(isSingle = false) {
    this.#isSingle = isSingle;
  }

  get next(): number {
    return this.#step;
  }

  async advanceTo(next: number): Promise<void> {
    for (; this.#step < next; this.#step += 1) await performStep(this.store, this.#step, this.#isSingle);
  }

  /**
   * What is lost or made up in a directory where all steps before `acknowledged` were acknowledged: the next one may be there,
   * whole. Undefined when all is right.
   */
  async lossIn(directory: string, acknowledged: number): Promise<string | undefined> {
    await this.advanceTo(acknowledged);
    const expected = await snapshot(this.store);
    const loss = await differenceIn(directory, expected);
    if (!loss) return undefined;
    await this.advanceTo(acknowledged + 1);
    return (await differenceIn(directory, await snapshot(this.store))) && loss;
  }
}

/** What is wrong with a store that should say this; undefined when nothing is. */
async function differenceIn(directory: string, expected: string): Promise<string | undefined> {
  const damage = integrityOf(directory);
  if (damage) return `integrity_check: ${damage}`;
  const store = openStore({ directory });
  try {
    const found = await snapshot(store);
    return found === expected ? undefined : difference(found, expected);
  } finally {
    await store.close();
  }
}

function difference(found: string, expected: string): string {
  const lines = expected.split('\n');
  const at = found.split('\n').findIndex((line, index) => line !== lines[index]);
  return `"${String(found.split('\n')[at])}" in place of "${String(lines[at])}"`;
}

const tasks = ['steps', 'open', 'rescue', 'rotate', ...transferTasks] as const;
type Task = (typeof tasks)[number];

/** Each once, then nearly half of them in steps. */
const taskFor = (kill: number, random: () => number): Task =>
  tasks[kill] ?? (random() < 0.4 ? 'steps' : (tasks[Math.floor(random() * tasks.length)] as Task));

/** In the words of the report: kills that were… */
const names: Readonly<Record<Task, string>> = {
  steps: 'in transactions',
  open: 'in migrations',
  rescue: 'in rescues',
  rotate: 'in rotations of the key',
  import: 'in imports',
  backup: 'in backups',
  move: 'in exports with --move',
};
/** The latest moment of a kill. */
const longestMs: Readonly<Record<Exclude<Task, 'steps'>, number>> = {
  open: 150,
  rescue: 250,
  rotate: 250,
  import: 40,
  backup: 150,
  move: 150,
};
const stepsOfTemplate = 90;
/** A store is begun anew after so many kills. */
const killsOfStore = 25;

/** Kills processes at random moments of every transaction and of longer work on a store, and looks what is left. */
export async function runStoreKills({ seed, kills, endAt }: KillRun): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wactl-kills-'));
  const random = seededRandom(seed);
  const lost: string[] = [];
  const counts = { steps: 0, open: 0, rescue: 0, rotate: 0, import: 0, backup: 0, move: 0 };
  let [acknowledged, late] = [0, 0];
  try {
    const bundle = await bundleStoreWork(folder);
    const templates = await makeTransferTemplates(folder);
    const template = { ...(await makeTemplates(folder)), ...templates.stores };
    let directory = '';
    let killsLeft = 0;
    let model = new Model();
    for (let kill = 0; kill < kills && Date.now() < endAt; kill += 1) {
      const task = taskFor(kill, random);
      counts[task] += 1;
      if (task === 'steps') {
        if (killsLeft === 0) {
          killsLeft = killsOfStore;
          directory = join(folder, `store-${String(kill)}`);
          model = new Model();
        }
        killsLeft -= 1;
        const from = model.next;
        const said = await runWork(bundle, { directory, task, from, to: from + 10_000 }, random() * 200);
        const next = nextStep(said, from);
        acknowledged += next - from;
        const loss = await model.lossIn(directory, next);
        if (loss) {
          lost.push(`seed ${String(seed)}, kill ${String(kill)}, step ${String(next)}: ${loss}`);
          killsLeft = 0;
        }
        continue;
      }
      const copy = join(folder, `${task}-${String(kill)}`);
      cpSync(template[task], copy, { recursive: true });
      const said = await runWork(
        bundle,
        { directory: copy, task, from: 0, to: 0, key: templates.key },
        random() * longestMs[task],
      );
      if (said.includes('done')) late += 1;
      const loss = isTransfer(task)
        ? (integrityOf(copy) ?? (await wrongAfterTransfer(task, copy, said, templates)))
        : await leftAfter(task, copy, bundle, template.expected);
      if (loss) lost.push(`seed ${String(seed)}, kill ${String(kill)}, ${task}: ${loss}`);
      rmSync(copy, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const kinds = tasks.map((task) => `${String(counts[task])} ${names[task]}`).join(', ');
  const all = tasks.reduce((sum, task) => sum + counts[task], 0);
  const line =
    `store kills: seed ${String(seed)}, ${String(all)} kills (${kinds}; ${String(late)} too late), ` +
    `${String(acknowledged)} acknowledged writes, ${String(lost.length)} lost`;
  return { line, lost };
}

/** A store as the version before the encryption left it, one with a damaged index, and what both have to hold. */
async function makeTemplates(
  folder: string,
): Promise<Record<'open' | 'rescue' | 'rotate' | 'expected', string>> {
  const model = new Model();
  const [open, rescue, rotate] = ['open', 'rescue', 'rotate'].map((name) =>
    join(folder, `template-${name}`),
  ) as [string, string, string];
  mkdirSync(open, { mode: 0o700 });
  let step = 0;
  const store = openStore({ directory: open, now: () => clockOf(step) });
  for (; step < stepsOfTemplate; step += 1) await performStep(store, step);
  await store.close();
  await model.advanceTo(stepsOfTemplate);
  for (const copy of [rescue, rotate]) cpSync(open, copy, { recursive: true });
  const db = openDatabase({ path: join(rescue, 'wactl.db'), busyTimeoutMs: 1_000 });
  // As a lost page would leave it: the rows are whole, an index of them is not.
  db.exec(`PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'sessions_by_creation'`);
  db.close();
  makePlain(open);
  return { open, rescue, rotate, expected: await snapshot(model.store) };
}

async function leftAfter(
  task: 'open' | 'rescue' | 'rotate',
  directory: string,
  bundle: string,
  expected: string,
): Promise<string | undefined> {
  if (task === 'rescue') {
    const said =
      integrityOf(directory) && (await runWork(bundle, { directory, task, from: 0, to: 0 }, undefined));
    if (said && !said.includes('done')) return `the rescue afterwards said ${said.join()}`;
    if (!readdirSync(directory).some((name) => name.startsWith('wactl.db.damaged-')))
      return 'the damaged one is not kept';
  }
  return differenceIn(directory, expected);
}
