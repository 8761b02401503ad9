import { WactlError, exitStatuses } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/** One line from a wactl in the background: an event, or its one document. */
export type DetachedLine = Readonly<Record<string, unknown>> & {
  readonly event?: string;
  readonly id?: string;
  readonly status?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | null };
};

export const parseDetachedLine = (text: string): DetachedLine => JSON.parse(text) as DetachedLine;

/** The failure in a line, as it was thrown there. */
export function failureOf({ error }: DetachedLine): WactlError | undefined {
  if (!error) return undefined;
  const code = error.code in exitStatuses ? (error.code as ErrorCode) : 'internal';
  return new WactlError(code, error.message, error.hint ?? undefined);
}
