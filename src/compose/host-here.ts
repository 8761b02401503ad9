import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The machine that this process runs on, to tell it from others that share a PostgreSQL. Processes that have the same id can reach one
 * another's sockets, which are in the directory: so it is another one when the machine was started anew, and in another directory.
 */
export function hostHere(directory: string): { readonly id: string; readonly name: string } {
  const name = hostname();
  const { dev, ino } = statSync(directory, { bigint: true });
  const facts = [name, bootId(), String(dev), String(ino)];
  return { id: createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32), name };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Another system than Linux.
    return '';
  }
}
