import type { KeyFacts, KeySource } from '../../src/ports/data-key.ts';
import { WactlError } from '../../src/errors.ts';

/** A key in memory that has to be asked for, as a passphrase; `asked` counts how often it was. */
export function fakeKeys(
  key: Uint8Array = new Uint8Array(32).fill(7),
): KeySource & { readonly asked: number } {
  const facts: KeyFacts = { kind: 'passphrase', salt: '00', cost: 1 };
  let isAtHand = false;
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    fresh: () => (isAtHand ? { ...facts, key } : undefined),
    candidates: () => (isAtHand ? [key] : undefined),
    prepare() {
      asked += 1;
      isAtHand = true;
      return Promise.resolve();
    },
  };
}

/** Keys that nobody can have. */
export const noKeys = (): KeySource => ({
  fresh: () => refuse(),
  candidates: () => refuse(),
  prepare: () => Promise.resolve().then(refuse),
});

function refuse(): never {
  throw new WactlError('missing_key', 'there is no key here');
}
