import type { Context } from '../context.ts';
import { localTime } from '../domain/local-time.ts';
import { timeAgo } from '../domain/time-words.ts';

/** A moment for a person, "2 hours ago, 2026-11-22 07:42" by the clock here; in UTC for a script that reads a pipe. */
export function moment({ io, clock }: Pick<Context, 'io' | 'clock'>, at: Date): string {
  return io.stdoutIsTerminal ? `${timeAgo(at, clock.now())}, ${localTime(at)}` : at.toISOString();
}
