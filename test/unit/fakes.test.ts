import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

/** The interfaces in src/ports, and the feed, which is a function, with the files that declare them. */
const ports = new Map(
  filesIn('src/ports').flatMap((file) =>
    [...read(file).matchAll(/^export (?:interface (\w+)|type (Feed) )/gm)].map(
      ([, name, feed]) => [name ?? feed ?? '', file] as const,
    ),
  ),
);

/** The rows of the table in docs/testing.md: the ports of each, and its file, or why there is none. */
const rows = [...read('docs/testing.md').matchAll(/^\| (`[A-Z][^|]*?) *\| ([^|]*?) *\|/gm)].map(
  ([, names = '', fake = '']) => ({
    names: [...names.matchAll(/\w+/g)].map(String),
    fake: fake.replaceAll('`', ''),
  }),
);

describe('the table of fakes in docs/testing.md', () => {
  it('lists every port once', () => {
    expect(rows.flatMap(({ names }) => names).sort()).toEqual([...ports.keys()].sort());
  });

  it.each(rows.filter(({ fake }) => !fake.startsWith('none')))(
    '$fake imports the ports that it stands for: $names',
    ({ names, fake }) => {
      const text = read(`test/support/${fake}`);
      expect(names.filter((name) => !text.includes(`/${ports.get(name) ?? '?'}'`))).toEqual([]);
    },
  );
});

describe('a port', () => {
  const tests = filesIn('test');

  it.each([...ports.keys()])('%s has no second fake in the tests', (name) => {
    const own = rows.find(({ names }) => names.includes(name))?.fake ?? '';
    // What spreads the fake, or another value, changes some of its methods and is none of its own.
    const literal = new RegExp(
      `(?:: ${name} = (?:\\([^)]*\\) => \\(?)?\\{(?!\\s*\\.\\.\\.)|implements ${name}\\b)`,
    );
    const second = tests.filter((file) => file !== `test/support/${own}` && literal.test(read(file)));
    expect(second).toEqual([]);
  });
});
