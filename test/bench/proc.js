// What processes use, read from /proc: Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of processor time in Linux, on every machine that Node runs on. */
const ticksPerSecond = 100;

export const megabytes = (pid) =>
  Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** What it has to itself, and its part of what it shares with others. */
export const ownMegabytes = (pid) =>
  Number(/^Pss:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;

export function processorSeconds(pid, isWithEnded = false) {
  const fields = factsOf(pid);
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  return (user + system + (isWithEnded ? endedUser + endedSystem : 0)) / ticksPerSecond;
}

/** The sum of it for all processes that `pid` has started and that run. */
export const sumOfChildren = (pid, read) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      try {
        return Number(factsOf(name)[1]) === pid ? sum + read(name) : sum;
      } catch {
        // It has ended.
        return sum;
      }
    }, 0);

// After the name, which may hold anything: state is field 3, ppid 4, utime and stime are 14 and 15, those of ended children 16 and 17.
const factsOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
