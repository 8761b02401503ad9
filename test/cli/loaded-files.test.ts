import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const dist = `${pathToFileURL(join(dirname(inject('wactl')), '../dist')).href}/`;
/** What a file of dist/ has in it when valibot is in it. */
const mark = '"strict_object"';

let place: Place;
beforeAll(async () => {
  place = await Place.make();
});
afterAll(() => place.remove());

/** The files of dist/ that a command loads, as V8 counts them. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const coverage = await mkdtemp(join(place.home, 'coverage-'));
  await place.run(args, { env: { NODE_V8_COVERAGE: coverage } });
  const reports = await readdir(coverage);
  const urls = await Promise.all(
    reports.map(async (report) => {
      const text = await readFile(join(coverage, report), 'utf8');
      return (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url);
    }),
  );
  return urls.flat().filter((url) => url.startsWith(dist));
}

async function loadsValibot(command: string): Promise<boolean> {
  const files = await loadedBy(command.split(' '));
  const texts = await Promise.all(files.map((url) => readFile(new URL(url), 'utf8')));
  return texts.some((text) => text.includes(mark));
}

describe('the holder', () => {
  it.each([
    ['is not loaded to show a session without a lease', 'show a', false],
    ['is loaded to ask for a connection', 'disconnect a', true],
  ])('%s', async (_, command, isLoaded) => {
    await place.run(['create', 'a', '--no-connect']);
    const files = await loadedBy(command.split(' '));
    expect(files.some((url) => url.includes('/holding-'))).toBe(isLoaded);
  });
});

describe('valibot', () => {
  it.each([
    '--version',
    '--help',
    'create a --no-connect --json',
    'list',
    'list --json',
    'update a --name A --json',
    'status a --offline --json',
    'config get max_retries',
  ])('is not loaded by: %s', async (command) => {
    expect(await loadsValibot(command)).toBe(false);
  });

  it('is loaded by a command that reads the answers of a server', async () => {
    expect(await loadsValibot('--server http://127.0.0.1:1 list')).toBe(true);
  });
});

describe('completion and topics', () => {
  it.each(['list', 'show a', 'config list'])('are not loaded by: %s', async (command) => {
    const names = (await loadedBy(command.split(' '))).map((url) => url.slice(dist.length));
    expect(names).toContain('main.cjs');
    expect(names.filter((name) => /complet|topics|other-words|answer-in-words/.test(name))).toEqual([]);
  });

  it('are loaded by what needs them', async () => {
    const names = await loadedBy(['__complete', '1', 'show']);
    expect(names.filter((url) => url.includes('answer-completion-'))).toHaveLength(1);
  });
});
