import { transferHere } from '../app/transfer-here.ts';
import type { TransferParts } from '../app/transfer-parts.ts';
import type { Transfer } from '../ports/transfer.ts';
import { sessionFiles } from '../transfer/session-files.ts';

/** Sessions of this machine in files. */
export function filesHere(parts: Omit<TransferParts, 'files'>): Transfer {
  const files = sessionFiles(async (path, jid) =>
    (await import('../store/whatsmeow-rows.ts')).readWhatsmeow(path, jid),
  );
  return transferHere({ ...parts, files });
}
