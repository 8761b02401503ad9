import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionLogs } from '../ports/logs.ts';
import { keptParts } from './log-file.ts';

const pollMs = 250;

/** The logs in a directory, as `openLogFile` writes them. */
export const logsIn = (directory: string, clock: Clock): SessionLogs => ({
  async has(id) {
    const parts = await partsSince(join(directory, `${id}.log`), undefined);
    for (const part of parts) await part.close();
    return parts.length > 0;
  },
  lines: (id, { follow }) => linesOf(join(directory, `${id}.log`), clock, follow),
});

async function* linesOf(
  path: string,
  clock: Clock,
  follow: AbortSignal | undefined,
): AsyncGenerator<readonly string[]> {
  let current: LogPart | undefined;
  try {
    for (let isFirst = true; ; isFirst = false) {
      // Looked for before the current part is read: one that has been set aside is complete.
      const newer = await partsSince(path, current);
      const lines = current ? await current.read() : [];
      for (const part of newer) {
        if (current) lines.push(...current.unended());
        await current?.close();
        current = part;
        lines.push(...(await part.read()));
      }
      if (!follow && current) lines.push(...current.unended());
      if (isFirst || lines.length > 0) yield lines;
      if (!follow) return;
      await clock.sleep(pollMs, follow);
    }
  } finally {
    await current?.close();
  }
}

/**
 * The parts of a log that were begun after `last`, oldest first. They are opened from the newest on: a rotation meanwhile
 * shows one twice and hides none.
 */
async function partsSince(path: string, last: LogPart | undefined): Promise<LogPart[]> {
  const parts: LogPart[] = [];
  for (let age = 0; age <= keptParts; age++) {
    const part = await openPart(age === 0 ? path : `${path}.${String(age)}`);
    if (!part) continue;
    if (part.file === last?.file) {
      await part.close();
      break;
    }
    if (parts.some(({ file }) => file === part.file)) await part.close();
    else parts.unshift(part);
  }
  return parts;
}

/** Undefined when there is none, and for what is no file: a FIFO would block for ever. */
async function openPart(path: string): Promise<LogPart | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Windows has no such flag.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile()) return new LogPart(handle, stats.ino);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new WactlError('internal', `the log cannot be read: ${(error as Error).message}`, undefined, {
        cause: error,
      });
    }
  }
  await handle?.close();
  return undefined;
}

const lineEnd = 10;

/** A file of a log, which keeps its number when it is renamed. */
class LogPart {
  readonly file: bigint;
  readonly #handle: FileHandle;
  #rest = Buffer.alloc(0);

  constructor(handle: FileHandle, file: bigint) {
    this.#handle = handle;
    this.file = file;
  }

  /** The whole lines that have come since the last time. */
  async read(): Promise<string[]> {
    const bytes = Buffer.concat([this.#rest, await this.#handle.readFile()]);
    const end = bytes.lastIndexOf(lineEnd);
    this.#rest = bytes.subarray(end + 1);
    return end < 0 ? [] : bytes.toString('utf8', 0, end).split('\n');
  }

  /** What stands behind the last line end. */
  unended(): string[] {
    return this.#rest.length === 0 ? [] : [this.#rest.toString()];
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
