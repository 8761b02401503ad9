import { NotHeldError, UsageError, WactlError, exitStatuses } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { errorSchema } from '../schema/error-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import type { AnySchema } from '../schema/parse-by-schema.ts';

/** The failure in an answer, or in the last line of a stream, as it was thrown there. */
export const failureIn = (answer: unknown): WactlError => understood(() => failureOf(answer));

function failureOf(answer: unknown): WactlError {
  const { code, message, hint: given, exit_status: exitStatus } = parseBySchema(errorSchema, answer).error;
  const hint = given ?? undefined;
  // Its message begins with the session's id.
  if (code === 'not_held') return new NotHeldError(message.split(' ')[0] ?? '');
  if (code === 'unauthorized') return new UsageError(message, 'set WACTL_TOKEN to the token of that server');
  // It was not this process that was stopped.
  if (code === 'interrupted' || code === 'terminated') {
    return new WactlError('unreachable', 'the process that was asked is stopping', 'try again');
  }
  if (code in exitStatuses) return new WactlError(code as ErrorCode, message, hint);
  return new WactlError(exitStatus === exitStatuses.unreachable ? 'unreachable' : 'usage', message, hint);
}

/** The JSON of an answer. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notUnderstood(cause);
  }
}

/** The answer as its schema reads it. */
export const readAs = <S extends AnySchema>(schema: S, answer: unknown) =>
  understood(() => parseBySchema(schema, answer));

/** Reads an answer. An answer that cannot be read comes from a server that is not a wactl of this version. */
export function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof UsageError ? notUnderstood(cause) : cause;
  }
}

export const notUnderstood = (cause: unknown): WactlError =>
  new WactlError(
    'unreachable',
    'the server is not wactl, or another version of it',
    'check the address, and that both sides have the same version of wactl',
    { cause },
  );
