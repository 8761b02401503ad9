import { WactlError } from '../errors.ts';
import { reasonOfCode } from '../domain/close.ts';
import type { Close } from '../domain/close.ts';

/** What stock Baileys gives as `lastDisconnect.error`: a Boom, whose number is WhatsApp's or Baileys' own. */
export function closeOfBaileys(error: unknown, at: Date): Close {
  if (error === undefined || error === null) return { reason: 'ended_here', code: null, at };
  const code = (error as { readonly output?: { readonly statusCode?: unknown } }).output?.statusCode;
  // Of strictSignatures.
  if (error instanceof WactlError && error.code === 'pairing_refused')
    return { reason: 'forged', code: null, at };
  if (typeof code !== 'number') return { reason: 'unreachable', code: null, at };
  return { reason: reasonOfCode(code), code, at };
}
