import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../support/seeded-random.ts';
import { bundleStoreWork, Model, nextStep, runWork } from './store-kills.ts';

/** What is wrong with the disk under a store. */
export const faults = ['full disk', 'file size limit', 'read-only disk', 'I/O error'] as const;
export type DiskFault = (typeof faults)[number];

export type FaultReport = { readonly line: string; readonly wrong: readonly string[] };

const succeeds = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const mount = (place: string): boolean =>
  succeeds('mount', '-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', place);

/** Why a fault cannot be had on this machine; undefined when it can. */
export function whyNot(fault: DiskFault): string | undefined {
  if (process.platform !== 'linux') return 'Linux only';
  if (fault === 'file size limit') return undefined;
  if (fault === 'I/O error') return succeeds('strace', '-V') ? undefined : 'strace is not installed';
  const place = mkdtempSync(join(tmpdir(), 'wactl-mount-'));
  const isMounted = mount(place);
  if (isMounted) succeeds('umount', place);
  rmSync(place, { recursive: true, force: true });
  return isMounted ? undefined : 'a small disk can be mounted by root alone';
}

/** The calls with which SQLite reaches the disk; what a failed read in a checkpoint does: driver.ts, `checkpoint`. */
const calls = ['pwrite64', 'fdatasync', 'fsync', 'ftruncate', 'openat', 'unlink', 'write'];

/**
 * Lets a process work on a store until the disk fails under it, again and again, then mends the disk: what was acknowledged has to
 * be there, and the store has to work.
 */
export async function runDiskFaults(fault: DiskFault, rounds: number, seed: number): Promise<FaultReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wactl-disk-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk, { mode: 0o700 });
  const isMounted = fault === 'full disk' || fault === 'read-only disk';
  const random = seededRandom(seed);
  const wrong: string[] = [];
  let [refused, acknowledged, unopened] = [0, 0, 0];
  try {
    const bundle = await bundleStoreWork(folder);
    if (isMounted) mount(disk);
    let directory = '';
    let isNew = true;
    let model = new Model(true);
    const work = (from: number, to: number, under: readonly string[] = []) =>
      runWork(bundle, { directory, task: 'single steps', from, to }, undefined, under);
    for (let round = 0; round < rounds; round += 1) {
      if (isNew || round % 10 === 0) {
        isNew = false;
        rmSync(directory || join(disk, 'none'), { recursive: true, force: true });
        directory = join(disk, `store-${String(round)}`);
        model = new Model(true);
      }
      const from = model.next;
      const filler = join(disk, 'filler');
      let said: readonly string[];
      switch (fault) {
        case 'full disk':
          fill(filler, 60_000 + Math.floor(random() * 500_000));
          said = await work(from, from + 400);
          rmSync(filler, { force: true });
          break;
        case 'file size limit': {
          const size = statSync(join(directory, 'wactl.db'), { throwIfNoEntry: false })?.size ?? 0;
          const blocks = String(Math.floor((size + random() * 200_000) / 1024));
          // Else the signal ends the process.
          said = await work(from, from + 400, [
            'bash',
            '-c',
            `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`,
            'bash',
          ]);
          break;
        }
        case 'read-only disk': {
          const some = await work(from, from + 5);
          succeeds('mount', '-o', 'remount,ro', disk);
          said = [
            ...some.filter((line) => line !== 'done'),
            ...(await work(nextStep(some, from), from + 400)),
          ];
          succeeds('mount', '-o', 'remount,rw,size=2m', disk);
          break;
        }
        case 'I/O error': {
          const call = calls[Math.floor(random() * calls.length)] ?? '';
          const when = `${String(1 + Math.floor(random() * 60))}${random() < 0.5 ? '' : '+'}`;
          const error = random() < 0.7 ? 'EIO' : 'ENOSPC';
          // Only on the files of the store.
          const paths = ['', '-wal', '-shm'].flatMap((end) => ['-P', join(directory, `wactl.db${end}`)]);
          const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${when}`];
          said = await work(from, from + 30, ['strace', '-f', '-qq', '-o', '/dev/null', ...paths, ...inject]);
        }
      }
      const last = said.at(-1) ?? 'nothing';
      if (last.startsWith('refused')) refused += 1;
      if (!/^(done$|refused store_(locked|damaged))/.test(last))
        wrong.push(`round ${String(round)} ended with: ${last}`);
      const next = nextStep(said, from);
      if (next === from) unopened += 1;
      acknowledged += next - from;
      // Elsewhere: a database that this process has had open keeps a disk from being made read-only.
      const copy = join(folder, `copy-${String(round)}`);
      if (existsSync(directory)) cpSync(directory, copy, { recursive: true });
      const loss = await model
        .lossIn(copy, next)
        .catch((error: unknown) => `it does not open: ${String(error)}`);
      isNew = loss !== undefined;
      if (loss) wrong.push(`round ${String(round)}, step ${String(next)}: ${loss}`);
    }
  } finally {
    if (isMounted) succeeds('umount', '-l', disk);
    rmSync(folder, { recursive: true, force: true });
  }
  const line =
    `${fault}: seed ${String(seed)}, ${String(rounds)} rounds, ${String(refused)} refused (${String(unopened)} before the first write), ` +
    `${String(acknowledged)} acknowledged writes, ${String(wrong.length)} lost or wrong`;
  return { line, wrong };
}

/** Fills the disk, but for so many bytes. */
function fill(path: string, left: number): void {
  const block = Buffer.alloc(4096);
  let size = 0;
  const disk = join(path, '..');
  const free = Number(
    spawnSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).stdout.split('\n')[1],
  );
  size = Math.max(0, free - left);
  writeFileSync(path, Buffer.concat(Array.from({ length: Math.floor(size / block.length) }, () => block)));
}
