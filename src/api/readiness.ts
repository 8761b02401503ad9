import { WactlError } from '../errors.ts';
import { answer } from './answer.ts';

export type ReadinessParts = {
  readonly signal: AbortSignal;
  /** Throws `store_locked` and the like when nothing can be stored now. */
  readonly assertWritable: () => Promise<void>;
  /** Whether it has not seen for long what is its share. */
  readonly isBlind: () => boolean;
};

/** Whether the process takes work. Anybody may ask, so the answer names no process and no file. */
export async function readiness({ signal, assertWritable, isBlind }: ReadinessParts): Promise<Response> {
  if (signal.aborted) return answer<'Health'>({ status: 'stopping' }, { status: 503 });
  try {
    await assertWritable();
    if (isBlind())
      return answer<'Health'>(
        { status: 'failed', reason: 'sessions could not be looked up for a while' },
        { status: 503 },
      );
    return answer<'Health'>({ status: 'ok' });
  } catch (error) {
    const isLocked = error instanceof WactlError && error.code === 'store_locked';
    return answer<'Health'>(
      isLocked
        ? { status: 'locked', reason: 'another process is writing to the session database' }
        : { status: 'failed', reason: 'the session database cannot be used' },
      { status: 503 },
    );
  }
}
