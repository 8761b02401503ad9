import { ApiError } from './api-client.ts';

/** A failure in words: what happened, and what to do. */
export function problemOf(error: unknown): string {
  if (error instanceof ApiError)
    return error.hint === null ? error.message : `${error.message}: ${error.hint}`;
  return error instanceof Error ? error.message : 'something went wrong';
}
