import { bundled } from './bundled.js';
import { answerOf } from './program.js';
import { ratioRow, summary } from './rounds.js';

/** Storing the 812 pre-keys of a new device: one durable transaction against 812 files (which are not durable). */
export async function measurePreKeys({ scratch, bundles }) {
  const file = await bundled('store-pre-keys.ts', bundles);
  const { ours, theirs } = await answerOf([file, scratch]);
  return [ratioRow('storing 812 pre-keys / useMultiFileAuthState', summary(ours), summary(theirs), 0.1)];
}
