import type { WactlError } from '../errors.ts';
import type { Palette } from './palette.ts';
import { sanitize } from './sanitize.ts';

/** `wactl: error: what happened`, then `wactl: hint: what to do`; each one line, with a line end. */
export function errorText({ message, hint }: WactlError, palette: Palette): string {
  const error = `wactl: ${palette.bad('error:')} ${sanitize(message)}\n`;
  return hint === undefined ? error : `${error}wactl: ${palette.strong('hint:')} ${sanitize(hint)}\n`;
}
