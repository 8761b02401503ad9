import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doesSocketAnswer } from '../../src/api/socket-there.ts';
import { socketsCheck } from '../../src/api/sockets-check.ts';
import { failed, ok, warning } from '../../src/domain/finding.ts';
import { directoryCheck } from '../../src/settings/directory-check.ts';
import { draftsCheck, logsCheck } from '../../src/settings/leftovers-check.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { signal } = new AbortController();
const uid = process.geteuid?.();

let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'wactl-doctor-'));
  directory = join(parent, 'wactl');
  mkdirSync(directory, { mode: 0o700 });
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function put(name: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, '{}');
  chmodSync(path, mode);
  return path;
}
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(uid === undefined)('directory', () => {
  const check = () => directoryCheck(directory, uid);
  const look = () => check().examine(signal);

  it('private, or not there yet', async () => {
    put('wactl.db');
    expect(await look()).toEqual(ok(`${directory}, private`));
    rmSync(directory, { recursive: true });
    expect(await look()).toEqual(ok(`${directory} does not exist yet: the first session makes it`));
    expect(await check().mend?.(signal)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  it('readable by others is a warning, and stays so until it is mended', async () => {
    const path = put('wactl.db', 0o640);
    chmodSync(directory, 0o755);
    const open = warning(
      `open to other users: ${directory} (mode 0755), ${path} (mode 0640)`,
      'wactl doctor --fix',
    );
    expect([await look(), await look()]).toEqual([open, open]);
    expect(await check().mend?.(signal)).toEqual([
      `${directory} was open to other users (mode 0755); now it is 0700`,
      `${path} was open to other users (mode 0640); now it is 0600`,
    ]);
    expect([modeOf(directory), modeOf(path)]).toEqual([0o700, 0o600]);
    expect(await look()).toEqual(ok(`${directory}, private`));
  });

  it('that others can change has failed, and is mended too', async () => {
    const path = put('config.json', 0o666);
    expect(await look()).toEqual(
      failed('store_unsafe', `${path} can be changed by other users`, 'wactl doctor --fix'),
    );
    expect(modeOf(path)).toBe(0o666);
    await check().mend?.(signal);
    expect(modeOf(path)).toBe(0o600);
  });

  it('a link in it is refused, and never followed', async () => {
    const target = join(parent, 'target');
    writeFileSync(target, '');
    chmodSync(target, 0o644);
    symlinkSync(target, join(directory, 'wactl.db'));
    await expect(look()).rejects.toMatchObject({ code: 'store_unsafe' });
    await expect(check().mend?.(signal)).rejects.toMatchObject({ code: 'store_unsafe' });
    expect(modeOf(target)).toBe(0o644);
  });

  it('that is a file cannot be used', async () => {
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    await expect(look()).rejects.toMatchObject({
      code: 'store_locked',
      message: `${directory} cannot be used (ENOTDIR)`,
    });
  });
});

describe('drafts', () => {
  const clock = new FakeClock('2026-03-01T12:00:00.000Z');
  const check = () => draftsCheck(directory, clock);
  const age = (path: string, seconds: number): void => {
    const at = clock.now().getTime() / 1000 - seconds;
    utimesSync(path, at, at);
  };

  it('older than a minute are removed; younger ones, and all else, stay', async () => {
    expect(await check().examine(signal)).toEqual(ok('no unfinished files'));
    const old = ['.new-Ab3xYz', 'config.json.tmp-1732212345abcdef', 'whatsapp-version.new'];
    mkdirSync(join(directory, '.new-Ab3xYz'));
    writeFileSync(join(directory, '.new-Ab3xYz', 'wactl.db'), '');
    for (const name of old.slice(1)) put(name);
    for (const name of old) age(join(directory, name), 61);
    const kept = ['wactl.db', 'config.json', 'whatsapp-version', '.new', 'notes.new'].map((name) =>
      put(name),
    );
    for (const path of kept) age(path, 1_000);
    const young = put('config.json.tmp-1732212345abcdee');
    age(young, 59);
    expect(await check().examine(signal)).toEqual(
      warning(`3 unfinished files of killed processes: ${old.join(', ')}`, 'wactl doctor --fix'),
    );
    expect(await check().mend?.(signal)).toEqual(
      old.map((name) => `removed the unfinished ${join(directory, name)}`),
    );
    expect([...kept, young].filter((path) => !existsSync(path))).toEqual([]);
    expect(await check().examine(signal)).toEqual(ok('no unfinished files'));
  });

  it('there are none where there is no directory', async () => {
    rmSync(directory, { recursive: true });
    expect(await check().examine(signal)).toEqual(ok('no unfinished files'));
  });
});

describe('logs', () => {
  const look = (...ids: string[]) => logsCheck(directory, () => Promise.resolve(ids)).examine(signal);

  it('of deleted sessions are named', async () => {
    expect(await look()).toEqual(ok('none'));
    mkdirSync(join(directory, 'logs'));
    for (const name of ['a.log', 'a.log.1', 'b.c.log', 'readme']) put(join('logs', name));
    expect(await look('a', 'b.c')).toEqual(ok('3 files'));
    expect(await look('b.c')).toEqual(
      warning(
        `2 logs of deleted sessions in ${directory}/logs: a.log, a.log.1`,
        `remove what you do not need: rm ${directory}/logs/a.log`,
      ),
    );
  });
});

describe('sockets', () => {
  it('on which no process listens are removed', async () => {
    const check = socketsCheck(directory);
    expect(await check.examine(signal)).toEqual(ok('none'));
    mkdirSync(join(directory, 'run'), { mode: 0o700 });
    const server = createServer().listen(join(directory, 'run', 'live.sock'));
    await once(server, 'listening');
    expect(await check.examine(signal)).toEqual(ok('1 socket in use'));
    const left = put('run/left.sock');
    expect(await check.examine(signal)).toEqual(
      warning(`1 socket of ended processes in ${directory}/run`, 'wactl doctor --fix'),
    );
    expect(await check.mend?.(signal)).toEqual([`removed the socket of an ended process, ${left}`]);
    expect([existsSync(left), existsSync(join(directory, 'run', 'live.sock'))]).toEqual([false, true]);
    server.close();
  });

  it('a process that listens and says nothing does not answer', async () => {
    const path = join(directory, 'silent.sock');
    const silent = createServer().listen(path);
    await once(silent, 'listening');
    const asked = once(silent, 'connection');
    const answers = doesSocketAnswer(path, 50);
    const [socket] = (await asked) as [{ destroy: () => void }];
    expect(await answers).toBe(false);
    socket.destroy();
    silent.close();
  });
});
