import * as v from 'valibot';
import { object } from './field-schemas.ts';
import { shownQrSchema } from './pairing-schema.ts';
import { sessionSchema } from './session-schema.ts';

/** The answer to a create that waits for the QR; null when none came in time. */
export const createdWithQrSchema = object({ ...sessionSchema.entries, qr: v.nullable(shownQrSchema) });
