import { expect } from 'vitest';
import { transferHere } from '../../src/app/transfer-here.ts';
import type { ImportPlan, Transfer } from '../../src/ports/transfer.ts';
import { openSettings } from '../../src/settings/open-settings.ts';
import { openStore } from '../../src/store/open-store.ts';
import { credsFromBytes, keyFromBytes } from '../../src/credentials/credential-bytes.ts';
import { sessionFiles } from '../support/session-files.ts';

/** A store in a directory that sessions are imported into, whatever they are. */
export type ImportingStore = {
  readonly transfer: Transfer;
  /** Stores the sessions of a plan, in the place of those that are there, and reads them back as the engine does. */
  readonly taken: (plan: ImportPlan) => Promise<void>;
  readonly close: () => Promise<void>;
};

export function importingStore(directory: string): ImportingStore {
  const store = openStore({ directory, now: () => new Date(0) });
  const no = (): Promise<never> => Promise.reject(new Error('no session is online'));
  const transfer = transferHere({
    store: () => Promise.resolve(store),
    holder: () => Promise.resolve({ disconnect: no, held: () => Promise.resolve(null) }),
    leaseOf: () => Promise.resolve(undefined),
    tokens: () => Promise.resolve(store.tokens),
    settings: openSettings({ directory, env: {} }),
    keyFacts: () => store.keyFacts(),
    files: sessionFiles,
    clock: { now: () => new Date(0), random: () => 0, sleep: () => Promise.resolve() },
  });
  return {
    transfer,
    async taken(plan) {
      for (const note of plan.notes) expect(note.length).toBeLessThan(2_000);
      await plan.store();
      for (const { id } of plan.sessions) {
        const whole = await store.readWhole(id);
        if (!whole?.credentials) continue;
        credsFromBytes(whole.credentials.creds);
        for (const { type, value } of whole.credentials.keys) keyFromBytes(type as 'session', value);
      }
    },
    close: () => store.close(),
  };
}
