// `wactl/baileys`: sessions for programs. Loads nothing of Baileys.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { holdForProgram } from './compose/program-holding.ts';
import type * as published from './bots/public.ts';

declare const WACTL_VERSION: string;

export { WactlError } from './errors.ts';
export { strictSignatures } from './bots/strict-signatures.ts';

export const useSession: typeof published.useSession = (id, options = {}) =>
  holdForProgram(id, options, {
    version: WACTL_VERSION,
    env: process.env,
    pid: process.pid,
    uid: process.geteuid?.(),
    program: basename(process.argv[1] ?? 'node').slice(0, 60),
    baileysVersion,
    isRunning,
    rssBytes: () => process.memoryUsage.rss(),
    uptimeSeconds: () => process.uptime(),
    warn: (sentence) => process.emitWarning(sentence, 'WactlWarning'),
  });

/** Looked up where the program would. */
function baileysVersion(): string {
  try {
    const path = createRequire(process.argv[1] ?? `${process.cwd()}/`).resolve(
      '@whiskeysockets/baileys/package.json',
    );
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
