import { WactlError } from '../../src/errors.ts';
import { rejection } from './fake-holding.ts';
import type { Holding } from './fake-holding.ts';

/** Keeps the session online; the result is known when it has ended. */
export async function keep(
  { holder, session, interrupt, onEvent }: Holding,
  maxRetries = 10,
): Promise<Promise<unknown>[]> {
  const options = { signal: interrupt.signal, maxRetries };
  return [rejection(holder.keepOnline(await session(), options, onEvent))];
}

/** The store refuses writes until the result is called. */
export function lock({ store }: Holding): () => void {
  const update = store.update.bind(store);
  store.update = () => Promise.reject(new WactlError('store_locked', 'another process is writing to it'));
  return () => void (store.update = update);
}
