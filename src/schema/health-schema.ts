import { object, oneOf } from './field-schemas.ts';

/** Whether the process works, or is about to end. */
export const healthSchema = object({ status: oneOf(['ok', 'stopping']) });
