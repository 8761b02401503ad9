import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, inject, it } from 'vitest';

const dist = join(dirname(inject('wactl')), '../dist');

/** What a file of dist/ loads at once; the rest waits for its use. */
async function loadedBy(start: string): Promise<string[]> {
  const [name] = (await readdir(dist)).filter((file) => file.startsWith(start));
  const text = await readFile(join(dist, name ?? ''), 'utf8');
  const chunks = text.matchAll(/\bimport_chunk_\w+=(?:\([^()]*\)\()?require\("\.\/(chunk-\w+)\.cjs"\)/g);
  return [...new Set([...chunks].map(([, chunk]) => chunk ?? ''))];
}

it('a command that looks loads three files: its start, its store, and one that both share', async () => {
  const [shared, ...others] = await loadedBy('main.cjs');
  expect([shared, others]).toEqual([expect.any(String), []]);
  expect(await loadedBy('open-store-')).toEqual([shared]);
});
