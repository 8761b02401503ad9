import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { logsIn } from '../../src/terminal/log-lines.ts';
import { FakeClock } from '../support/fake-clock.ts';

let directory: string;
let clock: FakeClock;
let interrupt: AbortController;
let ends: (() => unknown)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wactl-logs-'));
  clock = new FakeClock();
  interrupt = new AbortController();
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  await rm(directory, { recursive: true, force: true });
});

const at = (name: string): string => join(directory, name);
const put = (name: string, text: string): Promise<void> => writeFile(at(name), text);

async function all(): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of logsIn(directory, clock).lines('a', {})) lines.push(...batch);
  return lines;
}

/** Follows the log; each call waits for the next batch, with the clock moving while it is read. */
function following(): { next: () => Promise<readonly string[]>; end: () => Promise<unknown> } {
  const batches = logsIn(directory, clock).lines('a', { follow: interrupt.signal })[Symbol.asyncIterator]();
  ends.push(() => batches.return?.());
  return {
    async next() {
      let isThere = false;
      const next = batches.next().finally(() => (isThere = true));
      while (!isThere) await clock.advance(250);
      return ((await next) as { value: readonly string[] }).value;
    },
    end: () => batches.next(),
  };
}

it('reads the parts that were set aside first, the oldest of them before the others', async () => {
  await put('a.log.2', 'one\n');
  await put('a.log.1', 'two\nthree\n');
  await put('a.log', 'four\nfi');
  expect(await all()).toEqual(['one', 'two', 'three', 'four', 'fi']);
});

it('knows whether there is a log, and leaves out what is no file', async () => {
  const logs = logsIn(directory, clock);
  expect(await logs.has('a')).toBe(false);
  await mkdir(at('a.log'));
  expect(await logs.has('a')).toBe(false);
  await put('a.log.1', 'one\n');
  expect(await logs.has('a')).toBe(true);
  expect(await all()).toEqual(['one']);
});

it('follows: whole lines only, also a character that comes in two halves', async () => {
  const bytes = Buffer.from('þrír\n');
  await put('a.log', 'one\n');
  const log = following();
  expect(await log.next()).toEqual(['one']);
  await appendFile(at('a.log'), Buffer.concat([Buffer.from('two\n'), bytes.subarray(0, 1)]));
  expect(await log.next()).toEqual(['two']);
  await appendFile(at('a.log'), bytes.subarray(1));
  expect(await log.next()).toEqual(['þrír']);
});

it('follows over rotations, and misses and repeats nothing', async () => {
  await put('a.log', 'one\n');
  const log = following();
  expect(await log.next()).toEqual(['one']);
  await appendFile(at('a.log'), 'two\n');
  await rename(at('a.log'), at('a.log.2'));
  await put('a.log.1', 'three\n');
  await put('a.log', 'four\n');
  expect(await log.next()).toEqual(['two', 'three', 'four']);
  await rename(at('a.log'), at('a.log.1'));
  await put('a.log', 'five\n');
  expect(await log.next()).toEqual(['five']);
});

it('follows a log that does not grow until the interruption', async () => {
  await put('a.log', '');
  const log = following();
  expect(await log.next()).toEqual([]);
  interrupt.abort(new InterruptedError('SIGINT'));
  await expect(log.end()).rejects.toThrow('stopped by SIGINT');
});

it('says why a log cannot be read', async () => {
  await symlink('a.log', at('a.log'));
  await expect(all()).rejects.toThrow(/^the log cannot be read: ELOOP/);
});
