import { WactlError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { errorRecord } from '../schema/error-record.ts';
import type { ErrorDocument } from '../schema/error-schema.ts';
import { requestFaults } from '../schema/request-faults.ts';
import { answer } from './answer.ts';
import { RequestError } from './request-error.ts';
import { hintFor } from './rest-hint.ts';
import type { Surface } from './rest-hint.ts';

/** The HTTP status of each failure. */
export const httpStatuses: Readonly<Record<ErrorCode, number>> = {
  internal: 500,
  usage: 400,
  declined: 400,
  not_found: 404,
  already_exists: 409,
  ambiguous_id: 409,
  not_paired: 409,
  logged_out: 409,
  not_as_expected: 409,
  unreachable: 502,
  timed_out: 504,
  in_use: 423,
  not_held: 409,
  replaced: 409,
  fenced: 409,
  pairing_expired: 410,
  pairing_refused: 422,
  banned: 403,
  refused: 403,
  outdated: 502,
  passkey_required: 409,
  store_damaged: 500,
  store_locked: 503,
  store_unsafe: 500,
  missing_key: 500,
  wrong_key: 500,
  file_damaged: 400,
  file_locked: 400,
  interrupted: 503,
  terminated: 503,
};

/** A failure as the client sees it. The message of a bug is hidden, because it could hold a secret. */
export function errorBody(error: unknown, surface: Surface): ErrorDocument {
  if (!(error instanceof WactlError)) {
    const message = 'this is a bug in wactl; its log says more';
    return { error: { code: 'internal', message, hint: null, exit_status: 1 } };
  }
  const record = errorRecord(error).error;
  const code = error instanceof RequestError ? error.fault : record.code;
  return { error: { ...record, code, hint: hintFor(surface, error.hint) ?? null } };
}

/** The whole answer to a request that failed. */
export function errorAnswer(error: unknown, surface: Surface = 'requests'): Response {
  const isRequest = error instanceof RequestError;
  const status = isRequest
    ? requestFaults[error.fault]
    : error instanceof WactlError
      ? httpStatuses[error.code]
      : httpStatuses.internal;
  return answer<'Error'>(errorBody(error, surface), { status, headers: isRequest ? error.headers : {} });
}
