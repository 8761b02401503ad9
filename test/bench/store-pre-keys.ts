// Stores the pre-keys of a new device in both ways, in turn, and prints the milliseconds of each.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Curve, useMultiFileAuthState } from '@whiskeysockets/baileys';
import { openStore } from '../../src/store/open-store.ts';
import { preKeyToBytes } from '../../src/credentials/credential-bytes.ts';

const rounds = 21;
const [, , folder = '.'] = process.argv;
const pairs = Array.from({ length: 812 }, () => Curve.generateKeyPair());

async function ours(): Promise<number> {
  const store = openStore({ directory: mkdtempSync(join(folder, 'own-')) });
  // It has a secret, for which the key is made: that is done once in a directory, not for each device.
  const proxy = 'http://name:password@127.0.0.1:1';
  await store.create({ id: 'one', name: null, webhook: null, proxy, endpoint: null });
  const since = performance.now();
  const keys = pairs.map((pair, index) => ({
    type: 'pre-key',
    id: String(index + 1),
    value: preKeyToBytes(pair),
  }));
  const creds = Buffer.from('{}');
  await store.commitPairing('one', { creds, keys });
  const took = performance.now() - since;
  await store.close();
  return took;
}

async function theirs(): Promise<number> {
  const { state } = await useMultiFileAuthState(mkdtempSync(join(folder, 'files-')));
  const since = performance.now();
  await state.keys.set({ 'pre-key': Object.fromEntries(pairs.map((pair, index) => [index + 1, pair])) });
  return performance.now() - since;
}

const times = { ours: [] as number[], theirs: [] as number[] };
for (let round = 0; round < rounds; round++) {
  times.ours.push(await ours());
  times.theirs.push(await theirs());
}
process.stdout.write(`${JSON.stringify(times)}\n`);
