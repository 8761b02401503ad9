import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { closeTable } from '../../src/domain/close-table.ts';
import { exitStatuses } from '../../src/errors.ts';
import { layOutQr } from '../../src/terminal/qr-layout.ts';
import { encodeQr } from '../../src/terminal/qr-matrix.ts';
import { sessionStatuses } from '../../src/domain/session.ts';
import { docsParts } from '../support/docs-parts.ts';
import { messages } from '../support/messages.ts';
import { terminalSvg } from '../support/terminal-svg.ts';
import { messagesPage } from '../support/messages-page.ts';
import { madeUpPayload } from '../support/qr-payload.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The first cells of the rows of the first table under a heading, without the code marks. */
const firstCells = (page: string, heading: string): string[][] => {
  const section = textOf(page).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| ([^|]+?) *\| ([^|]*?) *\|/gm)]
    .slice(2)
    .map(([, first = '', second = '']) => [first.replaceAll('`', ''), second.replaceAll('`', '')]);
};

const generated = Object.entries(await docsParts());

describe('the generated parts of docs/', () => {
  // Out of date? npx vitest run -c .config/vitest.config.ts test/unit/docs.test.ts -u
  it.each(generated)('%s says what the program says', async (page, parts) => {
    const path = join(root, page);
    const text = textOf(page);
    let expected = text;
    for (const [name, part] of Object.entries(parts)) {
      const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n<!-- /${name} -->)`);
      expect(text, `the marks of ${name}`).toMatch(marked);
      expected = expected.replace(marked, (_, start: string, end: string) => `${start}\n${part}\n${end}`);
    }
    const formatted = await format(expected, { ...(await resolveConfig(path)), parser: 'markdown' });
    await expect(formatted).toMatchFileSnapshot(path);
  });
});

describe('docs/messages.md', () => {
  it('has every text that wactl can print', async () => {
    const path = join(root, 'docs/messages.md');
    const formatted = await format(messagesPage(messages()), {
      ...(await resolveConfig(path)),
      parser: 'markdown',
    });
    await expect(formatted).toMatchFileSnapshot(path);
  });

  it('finds errors with their codes, hints, help, and what stands in other functions', () => {
    const found = messages().map(({ kind, code, text }) => ({ kind, text, ...(code && { code }) }));
    expect(found).toContainEqual({ kind: 'error', code: 'not_paired', text: '{id} is not paired' });
    expect(found).toContainEqual({ kind: 'error', code: 'usage', text: 'no session given' });
    expect(found).toContainEqual({ kind: 'error', code: 'replaced', text: closeTable.replaced.meaning });
    expect(found).toContainEqual({ kind: 'hint', text: closeTable.replaced.hint });
    expect(found).toContainEqual({ kind: 'hint', text: 'see them with: wactl list' });
    expect(found).toContainEqual({ kind: 'help', text: 'do not ask' });
    expect(found).toContainEqual({ kind: 'text', text: 'no sessions match' });
  });
});

describe('docs/json.md', () => {
  it('lists every exit status with its codes', () => {
    const byStatus = new Map([['0', '']]);
    for (const [code, status] of Object.entries(exitStatuses)) {
      byStatus.set(String(status), [byStatus.get(String(status)), code].filter(Boolean).join(', '));
    }
    expect(firstCells('docs/json.md', 'Exit statuses')).toEqual([...byStatus]);
  });

  it('lists every status', () => {
    const listed = firstCells('docs/json.md', 'What a status is').map(([status]) => status);
    expect(listed).toEqual([...sessionStatuses]);
  });
});

describe('README.md', () => {
  it('has a picture of the terminal as it is', async () => {
    await expect(terminalSvg()).toMatchFileSnapshot(join(root, 'docs/terminal.svg'));
  });

  it('has a table of contents', () => {
    const text = textOf('README.md');
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title);
    const contents = text.split('\n## ')[0]?.match(/(?<=\[)[^\]]+(?=\]\(#)/g);
    expect(contents).toEqual(headings);
  });

  it('has a workflow that is valid YAML', async () => {
    const [, workflow = ''] = /```yaml\n([^]*?)```/.exec(textOf('README.md')) ?? [];
    expect(workflow).toContain('jobs:');
    expect(await format(workflow, { parser: 'yaml', printWidth: 110, singleQuote: true })).toBe(workflow);
  });

  it('lists every exit status', () => {
    const listed = firstCells('README.md', 'In scripts').map(([status]) => Number(status));
    expect(listed).toEqual([0, ...new Set(Object.values(exitStatuses))]);
  });

  it.each(['README.md', 'docs/commands.md'])('%s asks for as large a terminal as the QR needs', (page) => {
    const modules = encodeQr(madeUpPayload(1)).length;
    const layout = layOutQr(modules, 'half-block', { columns: 0, rows: 0 }, { width: 8, height: 16 });
    if (layout.fits) throw new Error('nothing fits on nothing');
    const { columns, rows } = layout.needed;
    expect(textOf(page).match(/\d+ columns and \d+ rows/g)).toEqual([`${columns} columns and ${rows} rows`]);
  });

  it('fits in a few screens', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThan(220);
  });
});

describe.each(pages)('%s', (page) => {
  it('names only files that exist', () => {
    const named = textOf(page).match(/(?<![\w./])(?:src|test|docs|bin|\.config)\/[\w./-]*[\w/]/g) ?? [];
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('links only to pages and headings that exist', () => {
    const prose = textOf(page).replace(/`[^`\n]+`/g, '');
    const links = [...prose.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const dead = links.filter(([, path, heading]) => {
      const target = path ? join(dirname(page), path) : page;
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && !headingsOf(textOf(target)).includes(heading);
    });
    expect(dead.map(([link]) => link)).toEqual([]);
  });
});

/** The headings of a page, as links name them. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
