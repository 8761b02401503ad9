import type { Transfer } from '../ports/transfer.ts';
import { backUp, copySessions, moveSessions } from './export-sessions.ts';
import { planImport } from './import-sessions.ts';
import type { TransferParts } from './transfer-parts.ts';

/** The sessions of this machine. */
export const transferHere = (parts: TransferParts): Transfer => ({
  copy: (ids, options) => copySessions(parts, ids, options),
  move: (ids, options) => moveSessions(parts, ids, options),
  backUp: (options) => backUp(parts, options),
  planImport: async (file, name, opening, options) =>
    planImport(parts, await parts.files.open(file, name, opening), options),
});
