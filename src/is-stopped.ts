import { readFileSync } from 'node:fs';

/** Whether a process was stopped, by Ctrl-Z or SIGSTOP; false where the system does not tell as Linux does. */
export function isStopped(pid: number): boolean {
  try {
    // "1234 (name) T …": the name may hold anything.
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return /^\) T/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}
