import { WactlError } from '../errors.ts';
import { closeSentence } from './close-sentence.ts';
import { ruleOf } from './close-table.ts';
import type { Close } from './close.ts';
import type { Session } from './session.ts';

/** A connection ended, and the command with it. */
export class ClosedError extends WactlError {
  readonly close: Close;

  constructor(close: Close, { id, endpoint }: Pick<Session, 'id' | 'endpoint'>) {
    const rule = ruleOf(close);
    // A close with a number came from a server that answered.
    const hint = (endpoint && close.code === null && rule.sandboxHint) || rule.hint;
    super(
      rule.errorCode,
      `${id}: ${closeSentence(close)}`,
      hint.replaceAll('{id}', id).replaceAll('{endpoint}', endpoint?.url ?? ''),
    );
    this.close = close;
  }
}
