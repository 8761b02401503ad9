import type { Transfer } from '../ports/transfer.ts';
import { backUp, copySessions, moveSessions, moveToBaileys } from './export-sessions.ts';
import { planForeign, planImport } from './import-sessions.ts';
import type { TransferParts } from './transfer-parts.ts';

/** The sessions of this machine. */
export const transferHere = (parts: TransferParts): Transfer => ({
  copy: (ids, options) => copySessions(parts, ids, options),
  move: (ids, options) => moveSessions(parts, ids, options),
  moveToBaileys: (id, directory, signal) => moveToBaileys(parts, id, directory, signal),
  backUp: (options) => backUp(parts, options),
  planImport: async (file, name, opening, options) =>
    planImport(parts, await parts.files.open(file, name, opening), options),
  planFromBaileys: async (directory, options) =>
    planForeign(parts, await parts.files.readBaileys(directory, parts.clock.now()), options),
  planFromWhatsmeow: async (path, jid, options) =>
    planForeign(parts, await parts.files.readWhatsmeow(path, jid, parts.clock.now()), options),
});
