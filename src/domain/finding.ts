import { WactlError, seeDoctor } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/** The result of a check. `details` is a sentence without its full stop, `remedy` what to type or do. */
export type Finding =
  | { readonly status: 'ok'; readonly details: string; readonly remedy: null }
  | { readonly status: 'warning'; readonly details: string; readonly remedy: string | null }
  | {
      readonly status: 'failed';
      readonly details: string;
      readonly remedy: string | null;
      /** Its exit status is that of the failure. */
      readonly code: ErrorCode;
    };

/** The finding of the check with this name. */
export type CheckResult = { readonly name: string; readonly finding: Finding };

export type Diagnosis = {
  /** In the order of the report. */
  readonly results: readonly CheckResult[];
  /** A sentence for each thing that was mended; null when nothing was to be mended. */
  readonly mended: readonly string[] | null;
};

export const findingStatuses = ['ok', 'warning', 'failed'] as const satisfies readonly Finding['status'][];

export const ok = (details: string): Finding => ({ status: 'ok', details, remedy: null });

export const warning = (details: string, remedy: string | null = null): Finding => ({
  status: 'warning',
  details,
  remedy,
});

export const failed = (code: ErrorCode, details: string, remedy: string | null): Finding => ({
  status: 'failed',
  code,
  details,
  remedy,
});

/** An error that a check ended with. One that is no WactlError is a bug of that check. */
export function findingOf(error: unknown): Finding {
  if (error instanceof WactlError)
    return failed(error.code, error.message, error.hint?.replace(seeDoctor, '') ?? null);
  const words = error instanceof Error ? error.message : String(error);
  return failed('internal', `this check has a bug: ${words}`, 'please report it');
}

/** What `wactl doctor --fix` mends. */
export const fixRemedy = 'wactl doctor --fix';

/** "1 session", "2 sessions". */
export const counted = (count: number, noun: string): string =>
  `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

const mostNamed = 5;

/** The first of many names: "a, b, c, d, e and 7 more". */
export const namedFew = (names: readonly string[]): string => {
  const shown = names.slice(0, mostNamed).join(', ');
  return names.length > mostNamed ? `${shown} and ${String(names.length - mostNamed)} more` : shown;
};
