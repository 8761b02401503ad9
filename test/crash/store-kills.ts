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

export type KillRun = {
  readonly seed: number;
  readonly kills: number;
  /** No kill begins after this, by `Date.now()`. */
  readonly endAt: number;
};

export type KillReport = { readonly line: string; readonly lost: readonly string[] };

export const bundleStoreWork = (folder: string): Promise<string> =>
  bundleChild(fileURLToPath(new URL('store-child.ts', import.meta.url)), join(folder, 'store-work.mjs'));

/** Runs the work in a process of its own, which is killed so many milliseconds after it has begun; the answer is what it said. */
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
  createInterface(child.stdout).on('line', (line) => (line === 'ready' ? begin?.() : said.push(line)));
  await Promise.race([ready, ended]);
  child.stdin.on('error', () => undefined).write('go\n');
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

const taskFor = (chosen: number): 'steps' | 'open' | 'rescue' | 'rotate' =>
  chosen < 0.6 ? 'steps' : chosen < 0.73 ? 'open' : chosen < 0.86 ? 'rescue' : 'rotate';

const stepsOfTemplate = 90;
/** A store is begun anew after so many kills. */
const killsOfStore = 25;

/** Kills processes at random moments of every transaction, of a migration, a rescue and a rotation of the key, and looks what is left. */
export async function runStoreKills({ seed, kills, endAt }: KillRun): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wactl-kills-'));
  const random = seededRandom(seed);
  const lost: string[] = [];
  const counts = { steps: 0, open: 0, rescue: 0, rotate: 0, acknowledged: 0, late: 0 };
  try {
    const bundle = await bundleStoreWork(folder);
    const template = await makeTemplates(folder);
    let directory = '';
    let killsLeft = 0;
    let model = new Model();
    for (let kill = 0; kill < kills && Date.now() < endAt; kill += 1) {
      const task = taskFor(random());
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
        counts.acknowledged += next - from;
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
        { directory: copy, task, from: 0, to: 0 },
        random() * (task === 'open' ? 150 : 250),
      );
      if (said.includes('done')) counts.late += 1;
      const loss = await leftAfter(task, copy, bundle, template.expected);
      if (loss) lost.push(`seed ${String(seed)}, kill ${String(kill)}, ${task}: ${loss}`);
      rmSync(copy, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { steps, open, rescue, rotate, acknowledged, late } = counts;
  const kinds = `in transactions ${String(steps)}, migrations ${String(open)}, rescues ${String(rescue)}, rotations of the key ${String(rotate)}`;
  const line =
    `store kills: seed ${String(seed)}, ${String(steps + open + rescue + rotate)} kills (${kinds}; too late ${String(late)}), ` +
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
