import type { Archive } from '../domain/archive.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import { archiveHeader, archivedRest, archivedSession } from '../schema/archive-record.ts';
import {
  archiveHeaderSchema,
  archiveOf,
  archivedRestSchema,
  archivedSessionOf,
  archivedSessionSchema,
} from '../schema/archive-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { CredentialsError, checkWhole } from './check-credentials.ts';

const lineFeed = 0x0a;

/** Sessions as the text that is sealed: a line of JSON about all, then one for each session; in a backup one on the rest. */
export function archiveText(archive: Archive): Uint8Array {
  const { sessions, rest } = archive;
  const lines = [
    archiveHeader(archive),
    ...sessions.map(archivedSession),
    ...(rest ? [archivedRest(rest)] : []),
  ];
  return Buffer.concat(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`)));
}

/** Undoes `archiveText`, and checks everything. Throws an Error that says what is wrong, without a secret. */
export function readArchiveText(bytes: Uint8Array): Archive {
  const [first, ...rest] = linesOf(bytes);
  if (!first) throw new Error('it is empty');
  const header = parseBySchema(archiveHeaderSchema, jsonOf(first));
  const isBackup = header.kind === 'backup';
  const found = rest.length - (isBackup ? 1 : 0);
  if (found !== header.sessions)
    throw new Error(`it has ${String(found)} sessions, not ${String(header.sessions)}`);
  const ids = new Set<string>();
  const sessions = rest.slice(0, found).map((line, at): WholeSession => {
    const where = `session ${String(at + 1)}`;
    try {
      const whole = archivedSessionOf(parseBySchema(archivedSessionSchema, jsonOf(line)));
      checkWhole(whole);
      if (ids.has(whole.session.id)) throw new CredentialsError('its id is there twice');
      ids.add(whole.session.id);
      return whole;
    } catch (error) {
      throw new Error(`${where}: ${error instanceof Error ? error.message : 'unreadable'}`, { cause: error });
    }
  });
  const last = isBackup ? parseBySchema(archivedRestSchema, jsonOf(rest[found] as Uint8Array)) : undefined;
  return archiveOf(header, sessions, last);
}

/** Not by the text of all: a string may not be as long as a file. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(lineFeed, from);
    const to = end === -1 ? bytes.length : end;
    lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

function jsonOf(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as unknown;
  } catch (cause) {
    throw new Error('it is not JSON', { cause });
  }
}
