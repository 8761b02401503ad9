// A process that changes a store until it is killed: `node store-child.mjs '{"task": …}'`. Prints the number of each step once it is
// acknowledged.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { encryptionHere } from '../../src/compose/encryption.ts';
import { keySources } from '../../src/keys/key-sources.ts';
import { openStore } from '../../src/store/open-store.ts';
import { rescueDatabase } from '../../src/store/rescue-database.ts';
import { clockOf, performStep } from './store-steps.ts';
import { doTransfer, isTransfer } from './transfer-work.ts';
import type { FileKey, TransferTask } from './transfer-work.ts';

export type StoreWork = {
  readonly directory: string;
  /** `steps`: from this step on, up to `to`; `open`: opens it, which migrates; `rescue`: as doctor --fix does; `rotate`: new data keys. */
  readonly task: 'steps' | 'single steps' | 'open' | 'rescue' | 'rotate' | TransferTask;
  /** Of the file, where the task is one of files. */
  readonly key?: FileKey;
  readonly from: number;
  readonly to: number;
};

/** Written synchronously: a pipe keeps it even when the process is killed next. */
const say = (line: string): void => void writeSync(1, `${line}\n`);
const work = JSON.parse(process.argv[2] ?? '') as StoreWork;
let step = work.from;

/** As `config encryption --rotate` does, again and again. */
async function rotate(directory: string): Promise<void> {
  const ownFile = join(directory, 'wactl.key');
  const uid = process.geteuid?.();
  const none = { keyFile: undefined, credentialsDirectory: undefined, handed: undefined, ask: undefined };
  const keyring = () => Promise.reject(new Error('no keyring here'));
  const keys = keySources({
    ...none,
    ownFile,
    uid,
    passphrase: undefined,
    keyring,
    warn: say,
    scryptCost: 10,
  });
  const store = openStore({ directory, keys });
  const encryption = encryptionHere({
    ownFile,
    uid,
    keys,
    newKeyringKey: keyring,
    store: () => Promise.resolve(store),
  });
  for (;;) say(`rotated ${String((await encryption.change(null, true)).generation)}`);
}

say('ready');
await new Promise((resolve) => process.stdin.once('data', resolve));
try {
  if (isTransfer(work.task)) await doTransfer(work.task, work.directory, work.key as FileKey, say);
  else if (work.task === 'rotate') await rotate(work.directory);
  else if (work.task === 'rescue') rescueDatabase(join(work.directory, 'wactl.db'), new Date());
  else {
    const store = openStore({ directory: work.directory, now: () => clockOf(step), patienceMs: 1_000 });
    for (; work.task.endsWith('steps') && step < work.to; step += 1) {
      await performStep(store, step, work.task === 'single steps');
      say(String(step));
    }
    await store.close();
  }
  say('done');
} catch (error) {
  // What is refused is not acknowledged.
  const { code, message } = error as { code?: string; message: string };
  say(`refused ${String(code)}: ${message}`);
}
process.stdin.destroy();
