import { describe, expect, it } from 'vitest';
import { openTestIo } from '../support/open-test-io.ts';

const titles = ['ID', 'STATUS', 'NAME', 'PHONE'];
const rows = [
  ['my-phone', 'logged_in', 'Anna \x1b[2JŽ.', '+15551234567'],
  ['support-bot', 'failed (banned)', '李小龍 of the very long business name', ''],
];

describe('table', () => {
  it('is aligned for a terminal, and cut to its width', async () => {
    const { io } = await openTestIo({ stdout: { columns: 60, rows: 24 } }, { color: false });
    expect(io.table(titles, rows).text).toBe(
      [
        'ID           STATUS           NAME              PHONE',
        'my-phone     logged_in        Anna Ž.           +15551234567',
        'support-bot  failed (banned)  李小龍 of the v…',
      ].join('\n'),
    );
  });

  it('is not cut where it fits', async () => {
    const { io } = await openTestIo({ stdout: { columns: 100, rows: 24 } }, { color: false });
    expect(io.table(titles, rows).text).toContain('李小龍 of the very long business name');
  });

  it.each([
    [46, 'ID                                              STATUS   PHONE         LAST SEEN'],
    [47, 'ID                                               STATUS   PHONE         LAST SE…'],
  ])(
    'cuts a title only where else there would be no table: an id of %i characters',
    async (length, firstLine) => {
      const { io } = await openTestIo({ stdout: { columns: 80, rows: 24 } }, { color: false });
      const row = ['a'.repeat(length), 'offline', '+15551234567', '12 minutes ago'];
      const { text } = io.table(['ID', 'STATUS', 'PHONE', 'LAST SEEN'], [row], ['STATUS', 'PHONE']);
      expect(text.split('\n')[0]).toBe(firstLine);
    },
  );

  it('has records instead of rows where it is too narrow, with nothing cut', async () => {
    const { io } = await openTestIo({ stdout: { columns: 40, rows: 24 } }, { color: false });
    expect(io.table(titles, rows).text).toBe(
      [
        'id      my-phone',
        'status  logged_in',
        'name    Anna Ž.',
        'phone   +15551234567',
        '',
        'id      support-bot',
        'status  failed (banned)',
        'name    李小龍 of the very long business',
        '        name',
      ].join('\n'),
    );
  });

  it('leaves out a column that is empty in every row', async () => {
    const { io } = await openTestIo({ stdout: { columns: 80, rows: 24 } }, { color: false });
    const nameless = rows.map(([id = '', status = '', , phone = '']) => [id, status, '', phone]);
    expect(io.table(titles, nameless).text.split('\n')[0]).toBe('ID           STATUS           PHONE');
  });

  it('takes a terminal without a width for 80 columns', async () => {
    const { io } = await openTestIo({ stdout: { columns: 0, rows: 0 } }, { color: false });
    expect(
      Math.max(
        ...io
          .table(titles, rows)
          .text.split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('shows statuses in colour on a terminal with colours', async () => {
    const { io } = await openTestIo({ stdout: { columns: 100, rows: 24 } });
    const lines = io
      .table(
        ['ID', 'STATUS'],
        [
          ['logged_in', 'logged in (not paired)'],
          ['b', 'constructor'],
        ],
      )
      .text.split('\n');
    expect(lines).toEqual([
      '\x1b[1mID\x1b[22m         \x1b[1mSTATUS\x1b[22m',
      'logged_in  \x1b[32mlogged in (not paired)\x1b[39m',
      'b          constructor',
    ]);
  });

  it('is whole, without titles and with tabs for a pipe', async () => {
    const { io } = await openTestIo();
    expect(io.table(titles, rows).text).toBe(
      'my-phone\tlogged_in\tAnna Ž.\t+15551234567\nsupport-bot\tfailed (banned)\t李小龍 of the very long business name\t',
    );
  });
});

describe('keyValues', () => {
  const pairs = [
    ['id', 'my-phone'],
    ['push name', 'Anna\nB'],
    ['proxy', null],
    ['about', ''],
    ['lid', undefined],
  ] as const;

  it('aligns for a terminal', async () => {
    const { io } = await openTestIo({ stdout: { columns: 80, rows: 24 } }, { color: false });
    expect(io.keyValues(pairs).text).toBe('id         my-phone\npush name  Anna B');
  });

  it('separates by tabs for a pipe', async () => {
    const { io } = await openTestIo();
    expect(io.keyValues(pairs).text).toBe('id\tmy-phone\npush name\tAnna B');
  });
});
