import * as v from 'valibot';
import { exitStatuses } from '../errors.ts';
import { count, object, oneOfOrNewer, text } from './field-schemas.ts';
import { requestFaults } from './request-faults.ts';

/** A failure: what went wrong, and what to do. */
export const errorSchema = object({
  error: object({
    code: oneOfOrNewer([...Object.keys(exitStatuses), ...Object.keys(requestFaults)]),
    message: text,
    hint: v.nullable(text),
    exit_status: count,
  }),
});

export type ErrorDocument = v.InferInput<typeof errorSchema>;
