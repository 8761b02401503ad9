import { WactlError } from '../errors.ts';
import type { Aside } from './share-state.ts';
import { answer } from './answer.ts';

export type ReadinessParts = {
  readonly signal: AbortSignal;
  /** Throws `store_locked` and the like when nothing can be stored now. */
  readonly assertWritable: () => Promise<void>;
  /** Why another host is to have its share; undefined: none is. */
  readonly aside: () => Aside | undefined;
};

const asideWords: Readonly<Record<Aside, string>> = {
  blind: 'sessions could not be looked up for a while',
  cut_off: 'no session can log in from this machine, and some can from others',
};

/** Whether the process takes work. Anybody may ask, so the answer names no process and no file. */
export async function readiness({ signal, assertWritable, aside }: ReadinessParts): Promise<Response> {
  if (signal.aborted) return answer<'Health'>({ status: 'stopping' }, { status: 503 });
  try {
    await assertWritable();
    const why = aside();
    if (why) return answer<'Health'>({ status: 'failed', reason: asideWords[why] }, { status: 503 });
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
