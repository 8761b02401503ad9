import { ok, warning } from '../domain/finding.ts';
import { sealedBy } from '../domain/sealed-by.ts';
import type { KeySource } from '../ports/data-key.ts';
import type { Check } from '../ports/doctor.ts';
import { latestSchema, schemaVersion } from './schema-version.ts';
import { withDatabase } from './open-as-is.ts';
import { KeyNeededError } from './key-needed-error.ts';
import { Seals } from './seals.ts';

type Parts = {
  readonly keys: KeySource;
  /** The key file, and whether it is the one beside the database. Throws `missing_key`, `store_unsafe`. */
  readonly keyFile: () => { readonly path: string; readonly isOwnFile: boolean };
};

/** `encryption`: where the key is, what that protects from and what not, and whether it opens the data key. */
export const encryptionCheck = (directory: string, { keys, keyFile }: Parts): Check => ({
  name: 'encryption',
  needs: ['database'],
  timeoutMs: 5_000,
  async examine() {
    const found = await withDatabase(directory, async (db) => {
      if (schemaVersion(db) !== latestSchema) return undefined;
      const seals = new Seals(db, keys);
      const facts = seals.facts();
      if (!facts) return undefined;
      const file = facts.kind === 'file' ? keyFile() : undefined;
      const where = file?.path ?? (facts.kind === 'passphrase' ? 'a passphrase' : 'the keyring');
      const { protects, doesNot } = sealedBy({ kind: facts.kind, isOwnFile: file?.isOwnFile ?? false });
      const words = `key: ${where}. Protected: ${protects}. Not: ${doesNot}`;
      try {
        await atHand(seals, keys);
      } catch (error) {
        if (!(error instanceof KeyNeededError)) throw error;
        return warning(`${words}. Not tried, because nobody gave it`, 'set WACTL_PASSPHRASE for doctor too');
      }
      return ok(words);
    });
    return found ?? ok('no secret yet: the first one makes the key');
  },
});

/** Throws KeyNeededError where a person would have to be asked. */
async function atHand(seals: Seals, keys: KeySource): Promise<void> {
  try {
    seals.isAtHand();
  } catch (error) {
    if (!(error instanceof KeyNeededError)) throw error;
    await keys.prepare(error.facts).catch(() => Promise.reject(error));
    seals.isAtHand();
  }
}
