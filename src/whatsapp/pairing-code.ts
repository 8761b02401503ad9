import { randomInt } from 'node:crypto';
import { pairCodeAlphabet, parsePairCode } from '../domain/pair-code.ts';

const codeLength = 8;

/** The requested pairing code, or a random one. Throws UsageError for a code that no phone can type. */
export function pairingCode(wish: string | undefined): string {
  if (wish !== undefined) return parsePairCode(wish);
  const letters = Array.from({ length: codeLength }, () =>
    pairCodeAlphabet.charAt(randomInt(pairCodeAlphabet.length)),
  );
  return letters.join('');
}
