import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { SessionStatus } from '../domain/session.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** The longest delay a timer of Node can wait. */
const longestMs = 2 ** 31 - 1;

/** Reads "90", "90s", "2m" or "1h" as milliseconds. Throws UsageError. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const durationMs = match ? Number(match[1]) * (unitMs[match[2] ?? 's'] ?? Number.NaN) : Number.NaN;
  if (durationMs > 0 && durationMs <= longestMs) return durationMs;
  throw new UsageError(`invalid duration "${text}"`, 'for example: 90, 90s, 2m, 1h');
}

/** A whole number from `least` on. Throws UsageError. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`invalid number "${text}"`, `give a whole number, ${String(least)} or more`);
  };

/** Throws UsageError with the words that are allowed. */
export function parseStatus(text: string): SessionStatus {
  const status = sessionStatuses.find((word) => word === text);
  if (status) return status;
  throw new UsageError(`invalid status "${text}"`, `one of: ${sessionStatuses.join(', ')}`);
}

/** "failed,logged_out" → both. Throws UsageError. */
export const parseStatuses = (text: string): SessionStatus[] =>
  text.split(',').map((word) => parseStatus(word.trim()));

/** The flag of every command that asks WhatsApp. */
export const addTimeout = (command: Command, what: string): Command =>
  command.option('--timeout <duration>', `${what}, "90s" or "2m"`, parseDuration);
