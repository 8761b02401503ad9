import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { FileDamagedError, UsageError } from '../errors.ts';
import type { Foreign } from '../ports/transfer.ts';
import type { ReadWhatsmeow, WhatsmeowRows } from '../ports/whatsmeow.ts';
import { CredentialsError, checkCreds } from './check-credentials.ts';
import { credsOfWhatsmeow } from './whatsmeow-creds.ts';
import { keysOfWhatsmeow } from './whatsmeow-keys.ts';
import type { WhatsmeowKeys } from './whatsmeow-keys.ts';

/** A file that was changed so lately may be in use. */
const restMs = 2 * 60_000;

/**
 * A device in an SQLite file of whatsmeow's sqlstore, as a session of Baileys. Throws UsageError when it cannot be read, and `file_damaged`
 * when the device cannot log in with it.
 */
export async function readWhatsmeowFile(
  read: ReadWhatsmeow,
  path: string,
  jid: string | undefined,
  now: Date,
): Promise<Foreign> {
  assertFile(path);
  const rows = await read(path, jid);
  const { creds, identity } = checked(rows);
  const converted = keysOfWhatsmeow(rows, now);
  const notes = notesOn(converted);
  if (lastChange(path) > now.getTime() - restMs) notes.unshift(mayBeInUse(path));
  return {
    name: rows.device.pushName || basename(path, extname(path)),
    identity,
    credentials: { creds, keys: converted.keys },
    notes,
  };
}

/** Programs in Go write addresses of databases where others write a path. */
function assertFile(path: string): void {
  if (/^postgres(ql)?:|\b(dbname|host)=/i.test(path))
    throw new UsageError(
      "whatsmeow's databases on a PostgreSQL server cannot be imported, only its SQLite files",
      'pair the phone with: wactl create',
    );
  const [, file] = /^file:(?:\/\/)?([^?]*)/i.exec(path) ?? [];
  if (file !== undefined)
    throw new UsageError(`"${path}" is an address, not a path`, `give the path of the file: ${file}`);
}

function checked(rows: WhatsmeowRows) {
  try {
    const creds = Buffer.from(JSON.stringify(credsOfWhatsmeow(rows)));
    return { creds, identity: checkCreds(creds) };
  } catch (cause) {
    if (!(cause instanceof CredentialsError)) throw cause;
    throw new FileDamagedError(
      `the device ${rows.device.jid} cannot be used: ${cause.message}`,
      'nothing was stored; if there is no copy of the file, pair the phone again with: wactl create',
      { cause },
    );
  }
}

const lastChange = (path: string): number =>
  Math.max(...[path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));

const mayBeInUse = (path: string): string =>
  `"${path}" was changed within two minutes: if its program still runs, stop it, or the two throw each other out (440)`;

function notesOn({ lateMessages, unreadable }: WhatsmeowKeys): string[] {
  const notes: string[] = [];
  if (lateMessages > 0)
    notes.push(
      `${String(lateMessages)} keys of messages that are late cannot be used by Baileys: WhatsApp asks the senders to send such messages again`,
    );
  const left = [...unreadable].map(([table, number]) => `${String(number)} of ${table}`).join(', ');
  if (left !== '')
    notes.push(
      `left out, since wactl cannot read them: rows ${left}; WhatsApp asks again for what needs them`,
    );
  return notes;
}
