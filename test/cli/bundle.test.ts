import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, inject, it } from 'vitest';

const dist = join(dirname(inject('wactl')), '../dist');

it('a command that looks loads one file, and no chunk at once', async () => {
  const text = await readFile(join(dist, 'main.cjs'), 'utf8');
  expect(text.match(/=require\("\.\/[^"]*"\)/g)).toBe(null);
});

it('has no character outside ASCII: Node would take two bytes for each of that file, and more time to read it', async () => {
  const names = (await readdir(dist)).filter((file) => file.endsWith('.cjs'));
  const texts = await Promise.all(names.map((file) => readFile(join(dist, file), 'utf8')));
  const others = texts.map((text, index) => [names[index], /.{0,20}[^\0-\x7f].{0,20}/.exec(text)?.[0]]);
  expect(others.filter(([, found]) => found !== undefined)).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});
