import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

/** The files of src/ that a file imports, now or later, and be it for a type. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path = '']) =>
    // A script for the browser is imported as a text.
    posix.join(dirname(file), path.replace(/\?script$/, '')),
  );
}

test('no file is longer than 300 lines', () => {
  const lines = (file: string): number => readFileSync(join(source, file), 'utf8').split('\n').length - 1;
  expect(files.filter((file) => lines(file) > 300)).toEqual([]);
});

test('no file imports itself by way of others, not even for a type', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) circles.push([...path.slice(at), file].join(' → '));
    if (at !== -1 || done.has(file)) return;
    for (const next of importsOf(file)) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});

test('every import leads to a file, and rooms do not import one another in a circle', () => {
  const roomOf = (file: string): string => file.split('/')[0] ?? '';
  const rooms = new Map<string, Set<string>>();
  for (const file of files) {
    for (const target of importsOf(file)) {
      expect(files, `${relative(source, file)} imports ${target}`).toContain(target);
      if (roomOf(target) === roomOf(file)) continue;
      rooms.set(roomOf(file), (rooms.get(roomOf(file)) ?? new Set()).add(roomOf(target)));
    }
  }
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...(rooms.get(from) ?? [])].some((room) => {
      if (room === to) return true;
      if (seen.has(room)) return false;
      seen.add(room);
      return reaches(room, to, seen);
    });
  expect([...rooms.keys()].filter((room) => reaches(room, room))).toEqual([]);
});
