import { WactlError } from '../errors.ts';
import type { KeyFacts } from '../ports/data-key.ts';

/** The key has to be asked for, which a transaction cannot wait for: `KeySource.prepare(facts)`, then again. */
export class KeyNeededError extends WactlError {
  readonly facts: KeyFacts | null;

  constructor(facts: KeyFacts | null) {
    super('missing_key', 'this needs the key of the sessions', 'see: wactl config encryption');
    this.facts = facts;
  }
}
