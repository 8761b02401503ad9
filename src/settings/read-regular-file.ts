import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** The text in a file. Throws the file system's error, and EINVAL for a FIFO, which would block for ever. */
export function readRegularFile(path: string): string {
  // Windows has no such flag, and no FIFO in a directory.
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(handle).isFile()) throw Object.assign(new Error('not a regular file'), { code: 'EINVAL' });
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}
