import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { stockBaileys, traceLife, wactl } from '../support/wire-lives.ts';
import { differencesOf, missingIn, readDifferences, showTrace } from '../support/wire-trace.ts';

const documentPath = new URL('../../docs/wire-trace.md', import.meta.url);

// The engine here is the built one, so its Baileys is a different copy from the stock one.
it(
  'sends what Baileys sends, except for the differences explained in docs/wire-trace.md',
  { timeout: 120_000 },
  async () => {
    const [ours, theirs] = await Promise.all([traceLife(wactl), traceLife(stockBaileys)]);
    const differences = differencesOf(ours, theirs);
    // `npm run trace` asks for it.
    const file = process.env['WACTL_TRACE_FILE'];
    if (file !== undefined) await writeFile(file, showTrace(ours, differences));
    const scenes = ours.map(({ name }) => name);
    const listed = readDifferences(await readFile(documentPath, 'utf8'), scenes);
    expect(missingIn(differences, listed), 'not listed').toEqual([]);
    expect(missingIn(listed, differences), 'listed, and not there').toEqual([]);
  },
);
