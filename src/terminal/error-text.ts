import type { ErrorCode, WactlError } from '../errors.ts';
import type { Palette } from './palette.ts';
import { sanitize } from './sanitize.ts';

/** The ends that a person wanted: a Ctrl-C, and a no. */
const meant: readonly ErrorCode[] = ['interrupted', 'declined'];

/** `wactl: error: what happened`, then `wactl: hint: what to do`; each one line, with a line end. */
export function errorText({ code, message, hint }: WactlError, palette: Palette): string {
  const sign = meant.includes(code) ? '' : `${palette.bad('error:')} `;
  const error = `wactl: ${sign}${sanitize(message)}\n`;
  return hint === undefined ? error : `${error}wactl: ${palette.strong('hint:')} ${sanitize(hint)}\n`;
}
