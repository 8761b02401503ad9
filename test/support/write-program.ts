import { execFileSync } from 'node:child_process';

/**
 * Writes an executable file. A child process writes it: while a process that this one is just starting still has the file open for
 * writing, which it does until its own program runs, nobody could run it (ETXTBSY).
 */
export function writeProgram(path: string, text: string): void {
  execFileSync('/bin/sh', ['-c', 'cat > "$0" && chmod 700 "$0"', path], { input: text });
}
