import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { keySources } from '../../src/keys/key-sources.ts';
import type { KeyOptions } from '../../src/keys/key-sources.ts';
import { readKeyFile } from '../../src/keys/key-file.ts';
import { keyringKey, newKeyringKey } from '../../src/keys/keyring-key.ts';
import type { Keyring } from '../../src/keys/keyring-key.ts';
import type { KeyFacts } from '../../src/ports/data-key.ts';
import { unexpected } from '../support/unexpected.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-keys-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const uid = process.geteuid?.();
const isPosix = process.platform !== 'win32';
const ofFile: KeyFacts = { kind: 'file', salt: '', cost: 0 };
const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(parent, 'd-'));
  path = join(directory, 'key');
});

const put = (content: Uint8Array, mode = 0o600, at = path): void => {
  writeFileSync(at, content);
  chmodSync(at, mode);
};

function sources(options: Partial<KeyOptions> = {}) {
  const warnings: string[] = [];
  const keys = keySources({
    ownFile: join(directory, 'wactl.key'),
    uid,
    keyFile: undefined,
    credentialsDirectory: undefined,
    passphrase: undefined,
    handed: undefined,
    ask: undefined,
    keyring: () => unexpected('keyring'),
    warn: (sentence) => warnings.push(sentence),
    scryptCost: 10,
    ...options,
  });
  return { keys, warnings };
}

describe('a key file', () => {
  it('has one key, or two while keys are changed', () => {
    put(one);
    expect(readKeyFile(path, { uid })?.map((key) => Buffer.from(key))).toEqual([one]);
    put(Buffer.concat([two, one]));
    expect(readKeyFile(path, { uid })?.map((key) => Buffer.from(key))).toEqual([two, one]);
    expect(readKeyFile(join(directory, 'none'), { uid })).toBeUndefined();
  });

  it.each([
    ['empty', 0, 'fewer than 32 bytes'],
    ['a byte short', 31, 'fewer than 32 bytes'],
    ['hex with a line end', 65, 'more than 32 bytes'],
    ['large', 5_000, 'more than 32 bytes'],
  ])('that is %s is refused', (_, length, words) => {
    put(Buffer.alloc(length));
    expect(() => readKeyFile(path, { uid })).toThrow(
      expect.objectContaining({
        code: 'wrong_key',
        exitStatus: 11,
        message: expect.stringContaining(words) as string,
        hint: expect.stringContaining('head -c 32 /dev/urandom') as string,
      }) as Error,
    );
  });

  it.runIf(isPosix).each([
    ['readable by others', 0o644],
    ['writable by a group', 0o620],
    ['readable by a group', 0o640],
  ])('that is %s is refused, and how to restrict it is told', (_, mode) => {
    put(one, mode);
    expect(() => readKeyFile(path, { uid })).toThrow(
      expect.objectContaining({ code: 'store_unsafe', hint: `restrict it: chmod 600 ${path}` }) as Error,
    );
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  it.runIf(isPosix)('of systemd may be readable by a group, and by nobody else', () => {
    put(one, 0o440);
    expect(readKeyFile(path, { uid, isCredential: true })).toHaveLength(1);
    put(one, 0o444);
    expect(() => readKeyFile(path, { uid, isCredential: true })).toThrow('is open to other users');
  });

  it.runIf(isPosix)('that is a link, a folder, or of another user is refused', () => {
    put(one);
    symlinkSync(path, join(directory, 'link'));
    expect(() => readKeyFile(join(directory, 'link'), { uid })).toThrow('is a symbolic link');
    mkdirSync(join(directory, 'folder'), { mode: 0o700 });
    expect(() => readKeyFile(join(directory, 'folder'), { uid })).toThrow(/is not a file|cannot be read/);
    if (uid !== 0) return;
    expect(() => readKeyFile(path, { uid: 12_345 })).not.toThrow();
  });
});

describe('the key', () => {
  it('is that of the file that is named, before that of systemd, before that of the own file', () => {
    const { keys } = sources();
    const own = Buffer.from(keys.fresh()?.key ?? []);
    expect(own).toEqual(readFileSync(join(directory, 'wactl.key')));
    put(one, 0o400, join(directory, 'credential'));
    const credentials = mkdtempSync(join(directory, 'credentials-'));
    expect(
      sources({ credentialsDirectory: credentials })
        .keys.candidates(ofFile)
        ?.map((key) => Buffer.from(key)),
    ).toEqual([own]);
    put(two, 0o400, join(credentials, 'wactl.key'));
    const systemd = sources({ credentialsDirectory: credentials }).keys;
    expect(systemd.candidates(ofFile)?.map((key) => Buffer.from(key))).toEqual([two]);
    expect(systemd.givenFile()).toBe(join(credentials, 'wactl.key'));
    put(one);
    const named = sources({ keyFile: path, credentialsDirectory: credentials }).keys;
    expect(named.candidates(ofFile)?.map((key) => Buffer.from(key))).toEqual([one]);
    expect(named.fresh()).toMatchObject({ kind: 'file', key: new Uint8Array(one) });
  });

  it('of a named file that is missing is told, and no other is used or made', () => {
    const { keys } = sources({ keyFile: path });
    for (const ask of [() => keys.fresh(), () => keys.candidates(ofFile)]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'missing_key' }) as Error);
    }
    expect(() => statSync(join(directory, 'wactl.key'))).toThrow();
  });

  it('of a passphrase is the same for the same salt, however it is typed, and another for another', async () => {
    const { keys } = sources({ passphrase: 'Café' });
    expect(keys.fresh()).toBeUndefined();
    await keys.prepare(null);
    const made = keys.fresh();
    expect(made).toMatchObject({ kind: 'passphrase', cost: 10 });
    if (!made) return;
    const again = sources({ passphrase: 'Cafe\u0301' }).keys;
    expect(again.candidates(made)).toBeUndefined();
    await again.prepare(made);
    expect(again.candidates(made)).toEqual([made.key]);
    const other = sources({ passphrase: 'cafe' }).keys;
    await other.prepare(made);
    expect(other.candidates(made)).not.toEqual([made.key]);
    expect(made.salt).toMatch(/^[\da-f]{32}$/);
  });

  it('of a passphrase is asked for once, where somebody can be asked', async () => {
    const questions: string[] = [];
    const ask = (question: string): Promise<string> => {
      questions.push(question);
      return Promise.resolve('secret');
    };
    const { keys } = sources({ ask });
    const facts: KeyFacts = { kind: 'passphrase', salt: '00'.repeat(16), cost: 10 };
    await keys.prepare(facts);
    expect(keys.candidates(facts)).toHaveLength(1);
    expect(questions).toEqual(['Passphrase of the sessions:']);
    await expect(sources().keys.prepare(facts)).rejects.toMatchObject({
      code: 'missing_key',
      hint: 'set WACTL_PASSPHRASE, or run this in a terminal to be asked for it',
    });
  });

  it('of a new passphrase has to be typed twice alike', async () => {
    const answers = ['new', 'nwe', 'new', 'new'];
    const { keys } = sources({ ask: () => Promise.resolve(answers.shift() ?? '') });
    await expect(keys.newPassphraseKey(true)).rejects.toMatchObject({ code: 'declined' });
    expect(await keys.newPassphraseKey(true)).toMatchObject({ kind: 'passphrase' });
    await expect(sources({ passphrase: 'until now' }).keys.newPassphraseKey(false)).rejects.toMatchObject({
      code: 'missing_key',
    });
  });

  it('that was handed over is used without asking', async () => {
    const { keys } = sources({ passphrase: 'secret' });
    await keys.prepare(null);
    const handed = keys.forChild();
    const child = sources({ handed }).keys;
    expect(handed && child.candidates(handed)).toEqual([handed?.key]);
    expect(child.fresh()).toEqual(handed);
    // After a change of the key, what was handed over is not the key any more.
    expect(child.candidates({ kind: 'passphrase', salt: 'ff', cost: 10 })).toBeUndefined();
  });

  it('of a file is used although there is a passphrase, and that is said once', () => {
    put(one);
    const { keys, warnings } = sources({ keyFile: path, passphrase: 'secret' });
    keys.candidates(ofFile);
    keys.candidates(ofFile);
    expect(warnings).toEqual([expect.stringContaining('config encryption --to passphrase')]);
  });

  it.runIf(process.platform === 'linux')(
    'of the keyring is not taken through a version that may keep it in the kernel, which forgets it',
    async () => {
      const kernel = new Map<string, string>();
      // As versions before 2.1 do: a third argument says nothing to them.
      class AsyncEntry {
        readonly #account: string;
        constructor(_service: string, account: string) {
          this.#account = account;
        }
        getPassword = () => Promise.resolve(kernel.get(this.#account) ?? null);
        setPassword = (text: string) => Promise.resolve(void kernel.set(this.#account, text));
      }
      const load = () => Promise.resolve({ AsyncEntry } as unknown as Keyring);
      const refused = { code: 'missing_key', hint: 'install a newer one: npm install -g @napi-rs/keyring@2' };
      await expect(newKeyringKey(load)).rejects.toMatchObject(refused);
      await expect(keyringKey('00', load)).rejects.toMatchObject(refused);
      expect(kernel.size).toBe(0);
    },
  );
});
