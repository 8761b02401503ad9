import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { chown, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outlastLeases } from './bad-day.ts';
import type { BadDay } from './bad-day.ts';
import type { FleetDatabase } from './database.ts';
import { takenAnew } from './stated-time.ts';

/** Its files, and the log of a day. */
const sizeOfDisk = '512m';
const piece = Buffer.alloc(1 << 20);

const mount = (directory: string): number | null =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeOfDisk}`, 'tmpfs', directory]).status;
const copy = (from: string, to: string): void => void execFileSync('cp', ['-a', `${from}/.`, to]);

/** Whether this machine lets a test have a disk of its own. */
const mayMount = (() => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false;
  const directory = mkdtempSync(join(tmpdir(), 'wactl-disk-'));
  const isMounted = mount(directory) === 0;
  if (isMounted) execFileSync('umount', [directory]);
  rmSync(directory, { recursive: true });
  return isMounted;
})();
export const whyNoFullDisk = mayMount ? undefined : 'no disk of its own can be mounted here';

/** The files of the database are on a small disk meanwhile. */
async function onSmallDisk({ server }: FleetDatabase, work: () => Promise<void>): Promise<void> {
  const { data } = server;
  const usual = `${data}.usual`;
  await server.halt('SIGINT');
  await rename(data, usual);
  await mkdir(data, { mode: 0o700 });
  if (mount(data) !== 0) throw new Error('the small disk cannot be mounted');
  const { uid, gid } = await stat(usual);
  await chown(data, uid, gid);
  execFileSync('chmod', ['700', data]);
  copy(usual, data);
  await server.resume();
  try {
    await work();
  } finally {
    await server.halt('SIGINT');
    await rm(usual, { recursive: true });
    mkdirSync(usual, { mode: 0o700 });
    await chown(usual, uid, gid);
    copy(data, usual);
    execFileSync('umount', [data]);
    await rm(data, { recursive: true });
    await rename(usual, data);
    await server.resume();
  }
}

async function fill(file: FileHandle): Promise<void> {
  try {
    for (;;) await file.write(piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** A disk on which there is really no room: PostgreSQL itself ends when its log cannot grow. */
export const fullDiskDays: readonly BadDay[] = mayMount
  ? [
      {
        name: 'the disk of the database has no room, and then no room for its log',
        online: takenAnew,
        async run(fleet) {
          const { database } = fleet;
          await onSmallDisk(database, async () => {
            const path = join(database.server.data, 'filler');
            const file = await open(path, 'w');
            try {
              await fill(file);
              await outlastLeases(fleet);
              // Until it ends by itself.
              for (let left = 100; left > 0; left -= 1)
                await database.sql(`SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))`);
            } catch {
              // It has ended, or refuses all.
            } finally {
              await file.close();
              await rm(path);
            }
            await database.server.halt('SIGINT');
            await database.server.resume();
          });
        },
      },
    ]
  : [];
