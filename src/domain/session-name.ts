import { UsageError } from '../errors.ts';
import { isStorable } from './storable-text.ts';

/** In characters, however many units of UTF-16 each of them takes. */
export const longestName = 200;

export const isSessionName = (text: string): boolean => [...text].length <= longestName && isStorable(text);

/** Checks a display name. Throws UsageError. */
export function checkSessionName(text: string): string {
  if (isSessionName(text)) return text;
  if (!isStorable(text)) throw new UsageError('a name may not have a NUL or half a character');
  throw new UsageError(`a name may have at most ${String(longestName)} characters`, 'choose a shorter one');
}
