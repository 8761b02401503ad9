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

it('has no character outside ASCII: Node would take two bytes for each of that file, and more time to read it', async () => {
  const names = (await readdir(dist)).filter((file) => file.endsWith('.cjs'));
  const texts = await Promise.all(names.map((file) => readFile(join(dist, file), 'utf8')));
  const others = texts.map((text, index) => [names[index], /.{0,20}[^\0-\x7f].{0,20}/.exec(text)?.[0]]);
  expect(others.filter(([, found]) => found !== undefined)).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});
