import * as v from 'valibot';
import { object, oneOf, text } from './field-schemas.ts';

/** Whether the process works and can use its database, or is about to end. */
export const healthSchema = object({
  status: oneOf(['ok', 'stopping', 'locked', 'failed']),
  reason: v.exactOptional(v.pipe(text, v.description('Why the process takes no work.'))),
});
