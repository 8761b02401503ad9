import { readWhatsmeow } from '../../src/store/whatsmeow-rows.ts';
import { sessionFiles as sessionFilesWith } from '../../src/transfer/session-files.ts';

/** The formats of files that hold sessions, as the program has them. */
export const sessionFiles = sessionFilesWith(readWhatsmeow);
