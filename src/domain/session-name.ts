import { UsageError } from '../errors.ts';

/** In characters, however many units of UTF-16 each of them takes. */
export const longestName = 200;

export const isSessionName = (text: string): boolean => [...text].length <= longestName;

/** Checks a display name. Throws UsageError. */
export function checkSessionName(text: string): string {
  if (isSessionName(text)) return text;
  throw new UsageError(`a name may have at most ${String(longestName)} characters`, 'choose a shorter one');
}
