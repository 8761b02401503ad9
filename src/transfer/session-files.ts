import { FileDamagedError } from '../errors.ts';
import type { SessionFiles } from '../ports/transfer.ts';
import type { ReadWhatsmeow } from '../ports/whatsmeow.ts';
import { openAge, sealAge } from './age-file.ts';
import { newBaileysFolder, readBaileysFolder } from './baileys-folder.ts';
import { archiveText, readArchiveText } from './archive-text.ts';
import { outputFile } from './output-file.ts';
import { readWhatsmeowFile } from './whatsmeow-file.ts';

/** The formats of files that hold sessions. Databases are read by what knows SQL. */
export const sessionFiles = (readWhatsmeow: ReadWhatsmeow): SessionFiles => ({
  seal: (archive, sealing, armored) => sealAge(archiveText(archive), sealing, armored),
  async open(file, name, opening) {
    const text = await openAge(file, name, opening);
    try {
      return readArchiveText(text);
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : 'it cannot be read';
      throw new FileDamagedError(
        `${name} was opened, but does not hold sessions that can be used: ${what}`,
        undefined,
        {
          cause,
        },
      );
    }
  },
  output: outputFile,
  readBaileys: readBaileysFolder,
  newBaileys: newBaileysFolder,
  readWhatsmeow: (path, jid, now) => readWhatsmeowFile(readWhatsmeow, path, jid, now),
});
