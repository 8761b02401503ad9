import * as v from 'valibot';
import { findingStatuses } from '../domain/finding.ts';
import { flag, list, object, oneOf, text } from './field-schemas.ts';

/** What `doctor` found. */
export const diagnosisSchema = object({
  /** Whether nothing has failed. */
  ok: flag,
  checks: list(
    object({
      name: text,
      status: oneOf(findingStatuses),
      details: text,
      remedy: v.nullable(text),
    }),
  ),
  /** With --fix: what was done. */
  fixed: v.optional(list(text)),
});

export type DiagnosisDocument = v.InferInput<typeof diagnosisSchema>;
