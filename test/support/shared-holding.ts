import type { Holder } from '../../src/ports/holder.ts';
import { settled } from './fake-clock.ts';
import { holding } from './fake-holding.ts';
import type { Holding } from './fake-holding.ts';
import type { Script } from './fake-whatsapp.ts';

/** Lets all pending questions, answers and checks happen. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settled();
}

type Kept = {
  readonly first: Holding;
  /** Of another process. */
  readonly other: Holder;
  /** The result of keeping it online. */
  readonly ended: Promise<unknown>;
};

/** A session that process 1 keeps online, and process 2. */
export async function kept(scripts: readonly Script[]): Promise<Kept> {
  const first = await holding(scripts, {});
  const options = { signal: first.interrupt.signal, maxRetries: 10 };
  const keeping = first.holder.keepOnline(await first.session(), options, first.onEvent);
  await quiet();
  const ended = keeping.catch((error: unknown) => error);
  return { first, other: first.process(2).holder, ended };
}

/** A pairing of process 1 that shows a QR. */
export async function pairing(scripts: readonly Script[]) {
  const first = await holding(scripts);
  const session = await first.session();
  const ended = first.holder
    .pair(session, { kind: 'pair_by_qr' }, { signal: first.interrupt.signal }, first.onEvent)
    .catch((error: unknown) => error);
  await quiet();
  return { first, session, ended, other: first.process(2).holder };
}
