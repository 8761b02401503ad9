import * as v from 'valibot';
import { errorSchema } from './error-schema.ts';
import { count, object, requestBody, status, text } from './field-schemas.ts';

/** The body of a connect. */
export const connectRequestSchema = requestBody({ max_retries: v.exactOptional(count) });

/** The body of what needs none. */
export const emptySchema = requestBody({});

/** The result of an action. */
export const actionResultSchema = object({ id: text, status, details: text });

export const deletedSchema = object({
  deleted: v.literal(true, 'true'),
  id: text,
  not_unlinked: v.exactOptional(
    v.pipe(
      errorSchema.entries.error,
      v.description('With force=true: why the phone may still list the device.'),
    ),
  ),
});

/** A process has looked at the webhook of this session again. */
export const lookedSchema = object({ id: text });
