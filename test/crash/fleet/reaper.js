// `node reaper.js DIRECTORY…`, with a pipe as stdin: once that ends, with whatever held its other end, it kills the processes that run in
// these directories, and removes them. On Linux; elsewhere it only removes.
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { sep } from 'node:path';

const directories = process.argv.slice(2);

/** The processes whose current directory is in one of them. */
const running = () =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const at = `${readlinkSync(`/proc/${name}/cwd`)}${sep}`;
      return directories.some((directory) => at.startsWith(directory + sep));
    } catch {
      return false; // It has ended, or is another user's.
    }
  });

const reap = () => {
  if (process.platform === 'linux')
    for (let pids = running(); pids.length > 0; pids = running())
      for (const pid of pids)
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended.
        }
  for (const directory of directories)
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
};

process.chdir('/');
process.stdin.on('end', reap).on('error', reap).resume();
