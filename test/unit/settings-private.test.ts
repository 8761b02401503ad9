import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makePrivateDirectory } from '../../src/make-private-directory.ts';
import { assertPrivate } from '../../src/settings/assert-private.ts';

const uid = process.geteuid?.();
const isRoot = uid === 0;
const stranger = 12_345;

let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'wactl-private-'));
  directory = join(parent, 'wactl');
  mkdirSync(directory, { mode: 0o700 });
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** What it has to say. */
function look(as = uid, at = directory): string[] {
  const said: string[] = [];
  assertPrivate(at, { uid: as, warn: (sentence) => said.push(sentence) });
  return said;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function put(name: string, mode: number): string {
  const path = join(directory, name);
  writeFileSync(path, '{}');
  chmodSync(path, mode);
  return path;
}

const refused = (what: string) =>
  expect.objectContaining({
    code: 'store_unsafe',
    message: expect.stringContaining(what) as string,
  }) as Error;

describe.skipIf(process.platform === 'win32')('the config directory', () => {
  test('a missing directory and a private one give no warning', () => {
    put('config.json', 0o600);
    expect([look(), look(uid, join(parent, 'none')), look(undefined)]).toEqual([[], [], []]);
  });

  test.each([0o750, 0o755, 0o701])('that others can read (%o) is closed, with one warning', (mode) => {
    chmodSync(directory, mode);
    expect(look()).toEqual([
      `${directory} was open to other users (mode 0${mode.toString(8)}); now it is 0700`,
    ]);
    expect([modeOf(directory), look()]).toEqual([0o700, []]);
  });

  test.each([0o777, 0o770, 0o720, 0o702])(
    'that others can change (%o) is refused with the remedy, and stays',
    (mode) => {
      chmodSync(directory, mode);
      expect(() => look()).toThrow(
        expect.objectContaining({
          code: 'store_unsafe',
          message: `${directory} can be changed by other users`,
          hint: expect.stringContaining(`restrict it: chmod 700 ${directory}`) as string,
        }) as Error,
      );
      expect(modeOf(directory)).toBe(mode);
    },
  );

  test.each(['config.json', 'whatsapp-version', 'wactl.db', 'wactl.db-wal', 'wactl.db-shm'])(
    'open to others, its file %s is closed and told',
    (name) => {
      const path = put(name, 0o666);
      expect(look()).toEqual([`${path} was open to other users (mode 0666); now it is 0600`]);
      expect(modeOf(path)).toBe(0o600);
    },
  );

  test.each(['run', 'logs'])('open to others, %s in it is closed', (name) => {
    mkdirSync(join(directory, name));
    chmodSync(join(directory, name), 0o777);
    expect(look()).toHaveLength(1);
    expect(modeOf(join(directory, name))).toBe(0o700);
  });

  test.each(['config.json', 'wactl.db', 'run', 'logs'])('a link in the place of %s is refused', (name) => {
    mkdirSync(join(parent, 'else'));
    chmodSync(join(parent, 'else'), 0o755);
    symlinkSync(join(parent, 'else'), join(directory, name));
    expect(() => look()).toThrow(refused('is a symbolic link'));
    expect(modeOf(join(parent, 'else'))).toBe(0o755);
  });

  test('a link in its place is refused, also to a directory of the user', () => {
    const link = join(parent, 'link');
    symlinkSync(directory, link);
    expect(() => look(uid, link)).toThrow(refused(`${link} is a symbolic link`));
  });

  test.skipIf(isRoot)('of another user, it is refused', () => {
    expect(() => look(stranger)).toThrow(refused(`belongs to another user (${String(uid)})`));
  });

  // Only root can give files away: elsewhere these can't be made.
  describe.runIf(isRoot)('with files of other users (as root)', () => {
    test('a directory of another user is refused, by root too', () => {
      chownSync(directory, stranger, stranger);
      expect(() => look()).toThrow(refused(`belongs to another user (${stranger})`));
      expect(() => look(stranger + 1)).toThrow(refused('belongs to another user'));
      expect(look(stranger)).toEqual([]);
    });

    test('a file of another user is refused', () => {
      chownSync(put('config.json', 0o644), stranger, stranger);
      expect(() => look()).toThrow(refused(join(directory, 'config.json')));
    });

    test('a link that another user has made is refused', () => {
      const link = join(parent, 'link');
      symlinkSync(directory, link);
      lchownSync(link, stranger, stranger);
      expect(() => look(uid, link)).toThrow(refused('is a symbolic link'));
    });

    test('a file of root is accepted, unless others can change it', () => {
      expect(look(stranger)).toEqual([]);
      chmodSync(directory, 0o775);
      expect(() => look(stranger)).toThrow(refused('can be changed by other users'));
      expect(modeOf(directory)).toBe(0o775);
    });
  });
});

describe('a private directory', () => {
  test('is made with its parents', () => {
    makePrivateDirectory(join(parent, 'a', 'b', 'c'));
    makePrivateDirectory(join(parent, 'a', 'b', 'c'));
    expect(modeOf(join(parent, 'a', 'b'))).toBe(0o700);
  });

  test('is not made where a file or a link to nothing stands', () => {
    writeFileSync(join(parent, 'file'), '');
    symlinkSync(join(parent, 'nothing'), join(parent, 'link'));
    expect(() => makePrivateDirectory(join(parent, 'file', 'x'))).toThrow(/ENOTDIR/);
    expect(() => makePrivateDirectory(join(parent, 'file'))).toThrow(/EEXIST/);
    expect(() => makePrivateDirectory(join(parent, 'link'))).toThrow(/EEXIST/);
  });

  test.runIf(existsSync('/proc/self'))('gives up where none can be made', () => {
    expect(() => makePrivateDirectory('/proc/x/y')).toThrow(/ENOENT/);
  });
});
