import { addTransactionCapability as of7 } from '@whiskeysockets/baileys';
import type { SignalDataSet, SignalKeyStore } from '@whiskeysockets/baileys';
import { addTransactionCapability as of6 } from 'baileys-6';
import { describe, expect, it } from 'vitest';
import { oneByOne } from '../../src/bots/one-by-one.ts';
import type { Keys } from '../../src/bots/one-by-one.ts';

type Stock = Keys & Pick<SignalKeyStore, 'get'>;

const logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} } as never;
const options = { maxCommitRetries: 1, delayBetweenTriesMs: 0 };

/** The keys of stock Baileys over a store that keeps them in memory and answers a little later. */
function stockKeys(version: string): { keys: Stock; rows: Map<string, Uint8Array> } {
  const rows = new Map<string, Uint8Array>();
  const store = {
    get: async (_type: string, ids: string[]) => {
      await Promise.resolve();
      return Object.fromEntries(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id)]] : [])));
    },
    set: async ({ session = {} }: SignalDataSet) => {
      await Promise.resolve();
      for (const [id, value] of Object.entries(session)) if (value) rows.set(id, value);
    },
  } as unknown as SignalKeyStore;
  const keys = version === '6.7' ? of6(store, logger, options) : of7(store, logger, options);
  return { keys: keys as unknown as Stock, rows };
}

/** Adds one to a number in a session, as each use of a ratchet does. */
const step = async (keys: Stock): Promise<void> => {
  const { s } = await keys.get('session', ['s']);
  await Promise.resolve();
  await keys.set({ session: { s: Buffer.from([(s?.[0] ?? 0) + 1]) } });
};

describe.each(['6.7', '7'])('transactions of Baileys %s', (version) => {
  it('that use one session at the same time take nothing back of one another', async () => {
    const { keys, rows } = stockKeys(version);
    const { alone } = oneByOne(keys);
    await Promise.all([
      keys.transaction(() => step(keys), 'one'),
      alone(() => step(keys)),
      keys.transaction(() => keys.transaction(() => step(keys), 'three'), 'two'),
    ]);
    expect(rows.get('s')).toEqual(Buffer.from([3]));
  });

  it('go on after one that failed', async () => {
    const { keys, rows } = stockKeys(version);
    oneByOne(keys);
    const failed = keys.transaction(() => Promise.reject(new Error('half-way')), 'one');
    await Promise.all([
      expect(failed).rejects.toThrow('half-way'),
      keys.transaction(() => step(keys), 'two'),
    ]);
    expect(rows.get('s')).toEqual(Buffer.from([1]));
  });

  it('tell what they have changed once, and only in themselves', async () => {
    const { keys } = stockKeys(version);
    const { changed } = oneByOne(keys);
    await keys.transaction(async () => {
      await step(keys);
      expect(changed()).toEqual([{ session: { s: Buffer.from([1]) } }]);
      expect(changed()).toEqual([]);
    }, 'one');
    expect(changed()).toEqual([]);
  });
});
