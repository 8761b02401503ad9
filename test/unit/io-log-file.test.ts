import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLogFile } from '../../src/terminal/log-file.ts';
import { FakeClock } from '../support/fake-clock.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wactl-log-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => openLogFile(join(directory, 'logs', 'a.log'), new FakeClock());

const end = (log: ReturnType<typeof open>): Promise<void> =>
  new Promise((resolve) => log.end(() => resolve()));

/** Resolves when it has been written. */
const write = (log: ReturnType<typeof open>, text: string): Promise<void> =>
  new Promise((resolve, reject) => log.write(text, (error) => (error ? reject(error) : resolve())));

it('gives each line its time, and appends to an existing file', async () => {
  for (const text of ['one\ntwo\n', 'three\n']) {
    const log = open();
    await write(log, text);
    await end(log);
  }
  expect(await readFile(join(directory, 'logs', 'a.log'), 'utf8')).toBe(
    ['one', 'two', 'three'].map((word) => `2026-03-01T12:00:00.000Z ${word}\n`).join(''),
  );
});

it('sets large files aside, up to three, all private', async () => {
  const log = open();
  const line = `${'x'.repeat(100_000)}\n`;
  for (let count = 0; count < 60; count++) await write(log, line);
  await end(log);
  const names = (await readdir(join(directory, 'logs'))).sort();
  expect(names).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3']);
  for (const name of names) expect((await stat(join(directory, 'logs', name))).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'logs'))).mode & 0o777).toBe(0o700);
});
