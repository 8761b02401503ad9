import { basename, dirname } from 'node:path';
import { Writable } from 'node:stream';
import { createStream } from 'rotating-file-stream';
import type { Clock } from '../ports/clock.ts';
import { makePrivateDirectory } from '../make-private-directory.ts';

/** How many parts of a log are kept besides the one that grows. */
export const keptParts = 3;

/** A log of this size is set aside as `.1`, the one before it as `.2`, up to `.3`. */
const rotation = { size: '1M', rotate: keptParts } as const;

/** The messages of a process without a terminal: each line with its time, in a private file. */
export function openLogFile(path: string, clock: Clock): Writable {
  const directory = dirname(path);
  makePrivateDirectory(directory);
  const file = createStream(basename(path), { path: directory, mode: 0o600, ...rotation });
  const log = new Writable({
    decodeStrings: false,
    write(content: string | Uint8Array, _encoding, done) {
      const stamp = clock.now().toISOString();
      file.write(content.toString().replace(/^(?=.)/gm, `${stamp} `), done);
    },
    final(done) {
      file.end(done);
    },
  });
  file.on('error', (error) => log.destroy(error));
  return log;
}
