import * as v from 'valibot';
import { UsageError } from '../errors.ts';

/** Any schema, for those who may not import valibot. */
export type AnySchema = v.GenericSchema;

/** The value as its schema reads it. Throws UsageError, which names the field that is wrong. */
export function parseBySchema<S extends AnySchema>(schema: S, value: unknown): v.InferOutput<S> {
  // In a request an unknown field is the better hint, and is found last.
  const abortEarly = schema.type !== 'strict_object';
  const result = v.safeParse(schema, value, { abortEarly });
  if (result.success) return result.output;
  throw refusal(result.issues.find(isUnknown) ?? result.issues[0]);
}

const isUnknown = ({ expected }: v.BaseIssue<unknown>): boolean => expected === 'never';

function refusal(issue: v.BaseIssue<unknown>): UsageError {
  const field = issue.path?.map(({ key }) => String(key)).join('.');
  if (field === undefined) return new UsageError(`the document must be ${issue.message}`);
  if (isUnknown(issue)) return new UsageError(`unknown field "${field}"`, issue.message);
  return new UsageError(
    `"${field}" ${issue.input === undefined ? 'is missing; it must be' : 'must be'} ${issue.message}`,
  );
}
