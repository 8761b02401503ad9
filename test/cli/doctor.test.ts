import { chmod, mkdir, readdir, readFile, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnosisSchema } from '../../src/schema/diagnosis-schema.ts';
import { parseBySchema } from '../../src/schema/parse-by-schema.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { migrations } from '../../src/store/schema.ts';
import { closedPort } from '../support/closed-port.ts';
import { failureText, golden } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import type { StartOptions } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { Running } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** Versions and sizes differ from one machine to the next. */
const steady = (text: string): string =>
  text
    .replace(/wactl \S+, baileys \S+, Node\.js \S+ on .*?\t/, 'PROGRAMS\t')
    .replace(/\d+\.\d MB/, 'SIZE')
    .replace(/Web 2\.3000\.\d+/, 'Web VERSION')
    .replaceAll(/127\.0\.0\.1:\d+ /g, '127.0.0.1:PORT ')
    // Where a session is paired, and where none is.
    .replace(/(?<=^encryption\tok\t)(?:no secret yet|key: HOME\/config\/wactl\.key\.)[^\t]*/m, 'KEY');

async function look(args: readonly string[] = [], options: StartOptions = {}) {
  const { status, stdout, stderr } = golden(place, await place.run(['doctor', ...args], options));
  return { status, stdout: steady(stdout).split('\n').slice(0, -1), stderr: stderr.split('\n').slice(0, -1) };
}

const usual: Readonly<Record<string, string>> = {
  programs: 'ok\tPROGRAMS\t',
  directory: 'ok\tHOME/config, private\t',
  settings: 'ok\tset: endpoint (environment), endpoint_root (environment)\t',
  database: `ok\tintact, SIZE, schema ${String(migrations.length)}\t`,
  encryption: 'ok\tKEY\t',
  records: 'ok\t1 session, no damage\t',
  holders: 'ok\tno process holds a session\t',
  sockets: 'ok\tnone\t',
  pairings: 'ok\tnone is half done\t',
  drafts: 'ok\tno unfinished files\t',
  logs: 'ok\tnone\t',
  terminal: 'ok\tno QR is drawn: stderr is not a terminal that can be drawn on\t',
  version: 'ok\tWhatsApp Web VERSION, built into wactl\t',
  proxy: 'ok\tnone: connections are direct\t',
  whatsapp: 'ok\tthe sandbox at 127.0.0.1:PORT answers\t',
  clock: 'ok\tright, by the time in the answer\t',
};

/** All checks, but for some; an undefined one is left out. */
const report = (changes: Readonly<Record<string, string | undefined>> = {}): string[] =>
  Object.entries({ ...usual, ...changes }).flatMap(([name, rest]) =>
    rest === undefined ? [] : [`${name}\t${rest}`],
  );

async function connected(): Promise<Running> {
  const holder = place.start(['connect', 'a', '--json']);
  await holder.event(({ status }) => status === 'logged_in');
  return holder;
}

const pidOf = async (id: string): Promise<number> => {
  const [record] = jsonLines((await place.run(['show', id, '--json'])).stdout);
  return (record?.['holder'] as { pid: number }).pid;
};

describe('doctor', () => {
  it('of a healthy store finds nothing, and leaves everything as it is', async () => {
    await place.run(['create', 'a', '--no-connect']);
    const before = await place.files();
    expect(await look()).toEqual({ status: 0, stdout: report(), stderr: ['nothing is wrong'] });
    expect((await look(['--fix'])).stderr).toEqual(['nothing is wrong; there was nothing to mend']);
    expect(await place.files()).toEqual(before);
  });

  it('makes nothing on a machine where wactl was never used', async () => {
    const nothing = {
      directory: 'ok\tHOME/config does not exist yet: the first session makes it\t',
      database: 'ok\tnone yet: the first session makes it\t',
      records: 'ok\tno sessions\t',
    };
    expect(await look(['--fix'])).toMatchObject({ status: 0, stdout: report(nothing) });
    await expect(readdir(place.config)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('--json is one document, the same checks in the same order', async () => {
    await place.run(['create', 'a', '--no-connect']);
    const { status, stdout, stderr } = await place.run(['doctor', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [document] = jsonLines(stdout);
    const { ok, checks, fixed } = parseBySchema(diagnosisSchema, document);
    expect(checks.map(({ name }) => name)).toEqual(Object.keys(usual));
    expect([ok, fixed]).toEqual([true, undefined]);
    const fixing = jsonLines((await place.run(['doctor', '--json', '--fix'])).stdout)[0];
    expect(fixing).toMatchObject({ ok: true, fixed: [] });
  });

  it('works on this machine only', async () => {
    expect(await place.run(['doctor', '--server', 'http://127.0.0.1:1'])).toEqual({
      status: 2,
      stdout: '',
      stderr: failureText('doctor works on this machine only', 'leave out --server and unset WACTL_SERVER'),
    });
  });
});

describe('files that other users can read or change', () => {
  it('are told, and mended with --fix only', async () => {
    await place.run(['create', 'a', '--no-connect']);
    await chmod(place.config, 0o755);
    await chmod(join(place.config, 'wactl.db'), 0o644);
    const open = report({
      directory:
        'warning\topen to other users: HOME/config (mode 0755), HOME/config/wactl.db (mode 0644)\twactl doctor --fix',
    });
    expect(await look()).toEqual({ status: 0, stdout: open, stderr: ['1 warning'] });
    expect((await stat(place.config)).mode & 0o777).toBe(0o755);
    const { status, stdout, stderr } = await look(['--fix']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: report() });
    expect(stderr).toContain('HOME/config was open to other users (mode 0755); now it is 0700');
    expect(stderr).toContain('HOME/config/wactl.db was open to other users (mode 0644); now it is 0600');
    expect(stderr.at(-1)).toBe('nothing is wrong');
    expect((await stat(place.config)).mode & 0o777).toBe(0o700);
  });

  it('keep the checks behind them from being made, until they are mended', async () => {
    await place.run(['create', 'a', '--no-connect']);
    await chmod(place.config, 0o777);
    const see = (name: string): string => `warning\tnot checked: see ${name}\t`;
    expect(await look()).toEqual({
      status: 11,
      stdout: report({
        directory: 'failed\tHOME/config can be changed by other users\twactl doctor --fix',
        ...Object.fromEntries(
          ['settings', 'database', 'sockets', 'drafts'].map((name) => [name, see('directory')]),
        ),
        ...Object.fromEntries(
          ['encryption', 'records', 'holders', 'pairings', 'logs'].map((name) => [name, see('database')]),
        ),
        ...Object.fromEntries(
          ['terminal', 'version', 'proxy', 'whatsapp'].map((name) => [name, see('settings')]),
        ),
        clock: see('whatsapp'),
      }),
      stderr: ['1 failed, 14 warnings'],
    });
    expect(await look(['--fix'])).toMatchObject({ status: 0, stdout: report() });
  });

  it('a link in their place, which stops other commands, is told', async () => {
    await place.run(['create', 'a', '--no-connect']);
    const { config } = place;
    await rename(config, `${config}.moved`);
    await mkdir(config, { mode: 0o700 });
    await place.bash(`ln -s '${config}.moved/wactl.db' '${config}/wactl.db'`);
    expect(await place.run(['list'])).toMatchObject({ status: 11, stdout: '' });
    const { status, stdout } = await look();
    expect(status).toBe(11);
    expect(stdout[1]).toMatch(
      /^directory\tfailed\tHOME\/config\/wactl\.db is a symbolic link\treplace the link/,
    );
  });
});

describe('damage', () => {
  it('of the database is told with what to do; the other checks are made', async () => {
    await place.run(['create', 'a', '--no-connect']);
    await truncate(join(place.config, 'wactl.db'));
    const { status, stdout, stderr } = await look();
    expect({ status, stderr }).toEqual({ status: 11, stderr: ['1 failed, 5 warnings'] });
    expect(stdout[3]).toMatch(/^database\tfailed\tthe session database is damaged: .* is empty\trestore /);
    expect(stdout.slice(-2)).toEqual(report().slice(-2));
    const json = await place.run(['doctor', '--json', '--offline']);
    expect(json).toMatchObject({ status: 11, stderr: '' });
    expect(jsonLines(json.stdout)).toMatchObject([{ ok: false }]);
  });

  it('of an index is mended with --fix: all is in a new database, and the session logs in with it', async () => {
    await place.pair('a');
    const path = join(place.config, 'wactl.db');
    const db = openDatabase({ path, busyTimeoutMs: 1_000 });
    const [row] = db.rows(`SELECT rootpage FROM sqlite_schema WHERE name = 'sessions_by_status'`, []);
    db.close();
    const content = await readFile(path);
    const page = (Number(row?.['rootpage']) - 1) * 4096;
    await writeFile(path, content.fill(0, page + 8, page + 30));
    expect((await look()).stdout[3]).toMatch(/^database\tfailed\t.* is damaged: .*\twactl doctor --fix$/);
    const { status, stdout, stderr } = await look(['--fix']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: report() });
    const words =
      'put a new database in the place of HOME/config/wactl.db, with 1 session; the damaged one is kept as ';
    expect(stderr[0]).toContain(words);
    expect((await place.files()).filter((name) => name.startsWith('wactl.db.damaged-'))).toHaveLength(1);
    expect(await place.run(['status', 'a', '--quiet'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('of settings has their status', async () => {
    await mkdir(place.config, { mode: 0o700 });
    await writeFile(join(place.config, 'config.json'), '{"max_retries":"many"}', { mode: 0o600 });
    const { status, stdout } = await look(['--offline']);
    expect(status).toBe(2);
    expect(stdout[2]).toMatch(/^settings\tfailed\tmax_retries in HOME\/config\/config\.json: /);
  });
});

describe('a holder', () => {
  it('that answers is counted', async () => {
    await place.pair('a');
    await connected();
    const { status, stdout } = await look();
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: report({
        holders: 'ok\t1 session held by 1 process, which answers\t',
        sockets: 'ok\t1 socket in use\t',
      }),
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'that was stopped is named, with how to go on, and left alone',
    async () => {
      await place.pair('a');
      const holder = await connected();
      const pid = await pidOf('a');
      holder.kill('SIGSTOP');
      const held = `process ${pid} holds a and is stopped (Ctrl-Z)`;
      const on = `let it go on with: fg, or: kill -CONT ${pid}; or end it with: kill -9 ${pid}`;
      const { status, stdout } = await look(['--fix']);
      expect(status).toBe(6);
      expect(stdout[6]).toBe(`holders\tfailed\t${held}\t${on}`);
      holder.kill('SIGCONT');
      expect(await look()).toMatchObject({ status: 0 });
    },
  );

  it('that was killed leaves a lease and a socket, which --fix removes', async () => {
    await place.pair('a');
    const holder = await connected();
    holder.kill('SIGKILL');
    await holder.exited;
    const left = {
      holders: 'warning\t1 lease of ended processes: a\twactl doctor --fix',
      sockets: 'warning\t1 socket of ended processes in HOME/config/run\twactl doctor --fix',
    };
    const { stdout, stderr } = await look();
    expect(stdout.slice(5, 7)).toEqual(report(left).slice(5, 7));
    expect(stderr).toEqual(['2 warnings']);
    const fixed = await look(['--fix']);
    expect(fixed).toMatchObject({ status: 0, stdout: report() });
    expect(fixed.stderr).toEqual([
      'removed the lease of an ended process on a',
      expect.stringMatching(/^removed the socket of an ended process, HOME\/config\/run\/[0-9a-f]+\.sock$/),
      'nothing is wrong',
    ]);
    expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
  });
});

it('drafts of killed processes are removed with --fix', async () => {
  await place.run(['create', 'a', '--no-connect']);
  const draft = join(place.config, '.new-Ab3xYz');
  await mkdir(draft);
  await utimes(draft, 0, 0);
  expect((await look()).stdout[9]).toBe(
    'drafts\twarning\t1 unfinished file of killed processes: .new-Ab3xYz\twactl doctor --fix',
  );
  expect((await look(['--fix'])).stderr[0]).toBe('removed the unfinished HOME/config/.new-Ab3xYz');
  await expect(stat(draft)).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('without a network', () => {
  const env = { WACTL_ENDPOINT: `ws://127.0.0.1:${closedPort}/ws/chat` };

  it('says so, and that the clock is not known', async () => {
    await place.run(['create', 'a', '--no-connect']);
    expect(await look([], { env })).toEqual({
      status: 5,
      stdout: report({
        whatsapp:
          'failed\tthe sandbox at 127.0.0.1:PORT cannot be reached (ECONNREFUSED)\t' +
          'start one: wactl sandbox; or use WhatsApp itself: wactl config unset endpoint, unset WACTL_ENDPOINT',
        clock: 'warning\tnot checked: see whatsapp\t',
      }),
      stderr: ['1 failed, 1 warning'],
    });
  });

  it('--offline leaves it out, and does not try the proxy', async () => {
    await place.run(['create', 'a', '--no-connect']);
    const behind = { ...env, WACTL_PROXY: `http://user:secret@127.0.0.1:${closedPort}` };
    expect(await look(['--offline'], { env: behind })).toEqual({
      status: 0,
      stdout: report({
        settings: 'ok\tset: proxy (environment), endpoint (environment), endpoint_root (environment)\t',
        proxy: `ok\thttp://user:***@127.0.0.1:${closedPort}, not tried\t`,
        whatsapp: undefined,
        clock: undefined,
      }),
      stderr: ['nothing is wrong'],
    });
  });
});

describe('on a terminal', () => {
  it.each([
    [100, 40, /^ok +terminal +QR as half-block on 100 × 40: most fonts have them$/m],
    [80, 24, /^warning +terminal +no QR on 80 × 24; [^]*-> enlarge the terminal or zoom out; or/m],
  ])('%d × %d: which QR it draws, and why', async (columns, rows, words) => {
    const env = { TERM: 'linux', LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
    const terminal = await place.terminal(['doctor', '--offline'], { columns, rows }, env);
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.everything()).toMatch(words);
  });
});
