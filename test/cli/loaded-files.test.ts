import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
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

/** The modules of Node that a command loads, and a bare start does not: "crypto", "perf_hooks". */
async function modulesOf(args: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(place.home, 'modules-'));
  const [script, answer] = [join(folder, 'list.cjs'), join(folder, 'answer.json')];
  const list = `process.moduleLoadList.flatMap((one) => /^NativeModule ([a-z_/]+)$/.exec(one)?.[1] ?? [])`;
  const write = `require('fs').writeFileSync(${JSON.stringify(answer)}, JSON.stringify(${list}.filter((one) => !before.has(one))))`;
  await writeFile(script, `const before = new Set(${list}); process.on('exit', () => ${write});`);
  await place.run(args, { env: { NODE_OPTIONS: `--require ${script}` } });
  return JSON.parse(await readFile(answer, 'utf8')) as string[];
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

describe('modules of Node that take long to load', () => {
  const dear = [
    'child_process',
    'crypto',
    'fs/promises',
    'net',
    'perf_hooks',
    'stream',
    'worker_threads',
    'zlib',
  ];

  it.each([
    'list',
    'list --json',
    'list --search a',
    'show a',
    'config path',
    'config list',
    'status a --offline',
  ])('are not loaded by: %s', async (command) => {
    const modules = await modulesOf(command.split(' '));
    expect(modules.filter((name) => dear.includes(name))).toEqual([]);
  });

  it('are loaded by what needs them', async () => {
    expect(await modulesOf(['create', '--no-connect', '--proxy', 'http://a:b@127.0.0.1:1'])).toContain(
      'crypto',
    );
  });
});

describe('regular expressions with Unicode properties', () => {
  it.each(['list', 'config path'])('are no literals in what is loaded by: %s', async (command) => {
    const files = await loadedBy(command.split(' '));
    const texts = await Promise.all(files.map((url) => readFile(new URL(url), 'utf8')));
    const mark = /(?:[=(,!:]\s*)\/(?![*/])(?:[^/\n\\]|\\.)*\\p\{/;
    expect(texts.flatMap((text) => mark.exec(text)?.[0] ?? [])).toEqual([]);
  });
});

describe('the files of dist/', () => {
  it('are one for list, whether or not a process holds a session, four for its status, and none of PostgreSQL', async () => {
    await place.pair('held');
    expect(await loadedBy(['list'])).toEqual([`${dist}main.cjs`]);
    const holder = place.start(['connect', 'held', '--json']);
    await holder.event(({ status }) => status === 'logged_in');
    expect(await loadedBy(['list'])).toEqual([`${dist}main.cjs`]);
    expect((await place.run(['list', '--json'])).stdout).toContain('"status":"logged_in"');
    const asking = await loadedBy(['status', 'held']);
    expect(asking.filter((url) => /\/(?:holding|http-client|create-whatsapp)-/.test(url))).toEqual([]);
    expect(asking.length).toBeLessThanOrEqual(4);
    const modules = await modulesOf(['status', 'held']);
    expect(modules.filter((name) => ['crypto', 'fs/promises', 'http'].includes(name))).toEqual([]);
    holder.kill('SIGTERM');
    await holder.exited;
    const alone = await loadedBy(['status', 'held']);
    expect(alone.filter((url) => /\/(?:create-whatsapp-|pg\.)/.test(url))).toHaveLength(1);
  });
});

describe('what only some commands run of what every start imports', () => {
  const mark = /class SqliteOutbox|SqliteOutbox=class/;
  const lateIn = async (command: string): Promise<string[]> => {
    const files = await loadedBy(command.split(' '));
    const texts = await Promise.all(files.map((url) => readFile(new URL(url), 'utf8')));
    return files.filter((_, index) => mark.test(texts[index] ?? ''));
  };

  it.each(['list', 'show a', 'status a --offline', 'config list'])(
    'is not loaded by: %s',
    async (command) => {
      expect(await lateIn(command)).toEqual([]);
    },
  );

  it.each(['update a --name A', 'token list'])('is loaded by: %s', async (command) => {
    expect(await lateIn(command)).toHaveLength(1);
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
