import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { journalSync } from '../../src/store/journal-sync.ts';

const directory = mkdtempSync(join(tmpdir(), 'wactl-journal-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('after a sync that failed, the next one empties the journal instead of trusting the system', async () => {
  const path = join(directory, 'failed-wal');
  let emptied = 0;
  let isBusy = true;
  const journal = journalSync(path, () => {
    if (isBusy) throw new Error('busy');
    emptied += 1;
  });
  await expect(journal.sync()).rejects.toMatchObject({ code: 'ENOENT' });
  writeFileSync(path, 'there');
  await expect(journal.sync()).rejects.toThrow('busy');
  isBusy = false;
  await journal.sync();
  await journal.sync();
  expect(emptied).toBe(1);
  journal.close();
});

test('a journal that was made anew is the one that is synced', async () => {
  const path = join(directory, 'new-wal');
  writeFileSync(path, 'one');
  const journal = journalSync(path, () => expect.unreachable());
  await journal.sync();
  renameSync(path, `${path}-old`);
  await expect(journal.sync()).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readFileSync(`${path}-old`, 'utf8')).toBe('one');
  journal.close();
});

test('calls while the disk is busy are one wait', async () => {
  const path = join(directory, 'shared-wal');
  writeFileSync(path, '');
  const journal = journalSync(path, () => expect.unreachable());
  const first = journal.sync();
  await Promise.resolve();
  const [second, third] = [journal.sync(), journal.sync()];
  expect(second).not.toBe(first);
  expect(third).toBe(second);
  await Promise.all([first, second]);
  journal.close();
});
