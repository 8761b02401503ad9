import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FileDamagedError, UsageError } from '../errors.ts';
import type { StoredKey } from '../domain/whole-session.ts';
import type { Foreign, SessionFolder } from '../ports/transfer.ts';
import { fileOfKey, keyOfFile } from './baileys-file-names.ts';
import { CredentialsError, checkCreds, checkKey, halvesOfPreKey, preKeyOf } from './check-credentials.ts';
import { markedBytes, readBufferJson } from '../credentials/buffer-json.ts';
import { syncDirectory } from './output-file.ts';

const credsFile = 'creds.json';
const [mostFiles, mostBytes] = [200_000, 256 * 1024 * 1024];
/** A folder that was changed so lately may be in use. */
const restMs = 2 * 60_000;

/**
 * The credentials in a folder of `useMultiFileAuthState` (Baileys rc14), checked whole. Throws UsageError when it cannot be read, and
 * `file_damaged` when the device cannot log in with it.
 */
export async function readBaileysFolder(directory: string, now: Date): Promise<Foreign> {
  const names = await readdir(directory).catch((error: unknown) => refuse(directory, 'read', error));
  if (!names.includes(credsFile)) {
    throw new UsageError(
      `"${directory}" has no ${credsFile}, so it is not a folder of Baileys' useMultiFileAuthState`,
      'give the folder that the program keeps its session in',
    );
  }
  if (names.length > mostFiles) throw new FileDamagedError(`"${directory}" has too many files`);
  const budget = { left: mostBytes, newest: 0 };
  const creds = await readWhole(join(directory, credsFile), budget);
  const identity = checked(credsFile, () => checkCreds(creds));
  const keys: StoredKey[] = [];
  const unknown: string[] = [];
  for (const name of names.sort()) {
    if (name === credsFile) continue;
    const key = keyOfFile(name);
    if (!key) {
      unknown.push(name);
      continue;
    }
    const content = await readWhole(join(directory, name), budget);
    keys.push({ ...key, value: checked(name, () => storedKey(key.type, key.id, content)) });
  }
  const notes = [...notesOn(creds, keys), ...(unknown.length === 0 ? [] : [leftOut(unknown)])];
  if (now.getTime() - budget.newest < restMs) notes.unshift(mayBeInUse(directory));
  return { name: basename(resolve(directory)), identity, credentials: { creds, keys }, notes };
}

/** The bytes of a key as they are stored: pre-keys are packed, all else is the same JSON. */
function storedKey(type: string, id: string, content: Uint8Array): Uint8Array {
  checkKey(type, id, content);
  return type === 'pre-key' ? preKeyOf(readBufferJson(Buffer.from(content).toString())) : content;
}

/** A new folder of `useMultiFileAuthState`, which gets its name when it is whole. Throws UsageError for one that is there. */
export async function newBaileysFolder(directory: string): Promise<SessionFolder> {
  const path = resolve(directory);
  const there = await readdir(path).catch((error: unknown) =>
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : refuse(directory, 'written', error),
  );
  if (there && there.length > 0) {
    throw new UsageError(`"${directory}" is not empty`, 'give a folder that is not there yet');
  }
  const aside = `${path}.${randomUUID()}`;
  await mkdir(aside, { mode: 0o700 }).catch((error: unknown) => refuse(directory, 'written', error));
  const discard = (): Promise<void> => rm(aside, { recursive: true, force: true });
  return {
    async write({ creds, keys }) {
      try {
        const files = new Map([[credsFile, creds]]);
        for (const key of keys) files.set(fileOfKey(key), foreignKey(key));
        if (files.size !== keys.length + 1)
          throw new UsageError('two keys would be in one file of the folder');
        for (const [name, content] of files) await writeWhole(join(aside, name), content);
        await syncDirectory(aside);
        if (there) await rmdir(path);
        await rename(aside, path);
        await syncDirectory(dirname(path));
      } catch (error) {
        await discard();
        refuse(directory, 'written', error);
      }
    },
    discard,
  };
}

/** Undoes `storedKey`. */
function foreignKey({ type, value }: StoredKey): Uint8Array {
  const halves = type === 'pre-key' ? halvesOfPreKey(value) : undefined;
  if (!halves) return value;
  return Buffer.from(
    JSON.stringify({ private: markedBytes(halves.private), public: markedBytes(halves.public) }),
  );
}

type Budget = { left: number; newest: number };

/** Never by way of a link, and no more than there may be. */
async function readWhole(path: string, budget: Budget): Promise<Uint8Array> {
  const name = basename(path);
  const file = await lstat(path).catch((error: unknown) => refuse(path, 'read', error));
  if (!file.isFile()) throw new FileDamagedError(`${name} is not a file of its own`);
  budget.newest = Math.max(budget.newest, file.mtimeMs);
  budget.left -= file.size;
  if (budget.left < 0) throw new FileDamagedError(`${name}: the folder is larger than a session can be`);
  if (file.size === 0) throw new FileDamagedError(`${name} is empty, as a crash leaves it`, emptyHint(name));
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: unknown) =>
    refuse(path, 'read', error),
  );
  try {
    const content = await handle.readFile();
    if (content.length > file.size + 1024 * 1024)
      throw new FileDamagedError(`${name} grows while it is read`);
    return new Uint8Array(content);
  } catch (error) {
    return refuse(path, 'read', error);
  } finally {
    await handle.close();
  }
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function checked<T>(name: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof CredentialsError)) throw cause;
    const hint = name === credsFile ? undefined : emptyHint(name);
    throw new FileDamagedError(`${name} cannot be used: ${cause.message}`, hint, { cause });
  }
}

/** Baileys takes a key that it cannot read for missing. */
const emptyHint = (name: string): string | undefined =>
  name === credsFile
    ? 'nothing was stored; if there is no copy of it, pair the phone again with: wactl create'
    : `nothing was stored; Baileys does without that key: move ${name} out of the folder, then try again`;

function notesOn(creds: Uint8Array, keys: readonly StoredKey[]): string[] {
  const { nextPreKeyId } = JSON.parse(Buffer.from(creds).toString()) as { nextPreKeyId: number };
  const made = nextPreKeyId - 1;
  const kept = keys.filter(({ type }) => type === 'pre-key').length;
  if (kept >= made) return [];
  return [
    `${String(made - kept)} of its ${String(made)} pre-keys are not in the folder: used up, or lost; WhatsApp asks for a message again ` +
      'that needs a lost one',
  ];
}

const leftOut = (names: readonly string[]): string =>
  `left out, since wactl does not know what it is: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;

const mayBeInUse = (directory: string): string =>
  `"${directory}" was changed within two minutes: stop the program that uses it before the session connects here`;

function refuse(path: string, what: 'read' | 'written', error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !('syscall' in (error as object))) throw error;
  throw new UsageError(`"${path}" cannot be ${what}: ${code}`, 'choose another folder');
}
