import { readFileSync, statSync } from 'node:fs';
import { isStopped } from '../is-stopped.ts';

export type WritingProcess = { readonly pid: number; readonly isStopped: boolean };

/** The byte of the -shm file that a writer locks (SQLite 3.45, wal.c: WALINDEX_LOCK_OFFSET + WAL_WRITE_LOCK). */
const writeLock = 120;
const lockLine = /POSIX +\S+ +WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) +(\d+) +(\d+)/;

/** The process that is writing a database, where the system reports it, as Linux does. */
export function writingProcess(path: string): WritingProcess | undefined {
  try {
    const { ino } = statSync(`${path}-shm`);
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, pid, inode, first, last] = (lockLine.exec(line) ?? []).map(Number);
      if (pid === undefined || inode !== ino || Number(first) > writeLock || Number(last) < writeLock)
        continue;
      return { pid, isStopped: isStopped(pid) };
    }
  } catch {
    // Another system, or the process has ended.
  }
  return undefined;
}
