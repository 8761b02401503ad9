import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { exitStatuses } from '../../src/errors.ts';
import { layOutQr } from '../../src/io/qr-layout.ts';
import { encodeQr } from '../../src/io/qr-matrix.ts';
import { sessionStatuses } from '../../src/session/session.ts';
import { madeUpPayload } from '../support/qr-payload.ts';
import { readmeParts } from '../support/readme-parts.ts';

const path = join(import.meta.dirname, '../../README.md');
const readme = readFileSync(path, 'utf8');

/** The first cells of the rows of the table under a heading, without the code marks. */
const firstCells = (heading: string): string[][] => {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| ([^|]+?) *\| ([^|]*?) *\|/gm)]
    .slice(2)
    .map(([, first = '', second = '']) => [first.replaceAll('`', ''), second.replaceAll('`', '')]);
};

describe('README.md', () => {
  // Out of date? npx vitest run -c .config/vitest.config.ts test/unit/readme.test.ts -u
  it('says what the program says of its commands, flags, settings and faults', async () => {
    let expected = readme;
    for (const [name, part] of Object.entries(readmeParts())) {
      const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n<!-- /${name} -->)`);
      expect(readme, `the marks of ${name}`).toMatch(marked);
      expected = expected.replace(marked, (_, start: string, end: string) => `${start}\n${part}\n${end}`);
    }
    const formatted = await format(expected, { ...(await resolveConfig(path)), parser: 'markdown' });
    await expect(formatted).toMatchFileSnapshot(path);
  });

  it('lists every exit status with its codes', () => {
    const byStatus = new Map([['0', '']]);
    for (const [code, status] of Object.entries(exitStatuses)) {
      byStatus.set(String(status), [byStatus.get(String(status)), code].filter(Boolean).join(', '));
    }
    expect(firstCells('Exit statuses')).toEqual([...byStatus]);
  });

  it('asks for as large a terminal as the QR needs', () => {
    const layout = layOutQr(encodeQr(madeUpPayload(1)).length, 'half-block', { columns: 0, rows: 0 });
    if (layout.fits) throw new Error('nothing fits on nothing');
    const { columns, rows } = layout.needed;
    expect(readme.match(/\d+ columns and \d+ rows/g)).toEqual([`${columns} columns and ${rows} rows`]);
  });

  it('lists every status', () => {
    expect(firstCells('What a status is').map(([status]) => status)).toEqual([...sessionStatuses]);
  });
});
