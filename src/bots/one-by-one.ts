import { AsyncLocalStorage } from 'node:async_hooks';
import type { SignalDataSet } from '@whiskeysockets/baileys';

/** The keys of a socket, which Baileys 6.7 and 7 both have. */
export type Keys = {
  set(data: SignalDataSet): void | Promise<void>;
  isInTransaction(): boolean;
  transaction<T>(work: () => Promise<T>, key: string): Promise<T>;
};

export type OneByOne = {
  /** Runs work that reads and changes keys while no other does; work inside such work goes on with it. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** What the work that this is called in has changed in its transaction, once. */
  readonly changed: () => SignalDataSet[];
};

/**
 * Baileys decrypts and encrypts with one session at the same time, and stores what each of them made of it: the later one takes back
 * what the other did, and a message key is used twice (7.0.0-rc14), or all share one transaction (6.7.24; both Utils/auth-utils.js).
 * So its transactions run one after another.
 */
export function oneByOne(keys: Keys): OneByOne {
  const own = new AsyncLocalStorage<SignalDataSet[]>();
  let last: Promise<unknown> = Promise.resolve();
  const alone: OneByOne['alone'] = (work) => {
    if (own.getStore()) return work();
    const done = last.then(() => own.run([], work));
    last = done.catch(() => undefined);
    return done;
  };
  const set = keys.set.bind(keys);
  const transaction = keys.transaction.bind(keys);
  keys.set = async (data) => {
    await set(data);
    if (keys.isInTransaction()) own.getStore()?.push(data);
  };
  keys.transaction = (work, key) => alone(() => transaction(work, key));
  return { alone, changed: () => own.getStore()?.splice(0) ?? [] };
}
