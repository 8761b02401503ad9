import { ruleOf } from '../domain/close-table.ts';
import { closeRecord } from '../schema/session-record.ts';
import type { HolderEvent } from '../domain/held.ts';

type StatusEvent = Extract<HolderEvent, { kind: 'status' }>;

/** A change of status as a line of JSON. */
export const statusEvent = (id: string, { status, close, retryInMs }: StatusEvent) => ({
  event: 'status',
  id,
  status,
  is_logged_in: status === 'logged_in',
  ...(close && { last_close: closeRecord(close) }),
  ...(retryInMs === null ? {} : { retry_in_seconds: Math.round(retryInMs / 100) / 10 }),
});

/** A change of status as a person reads it. */
export function statusSentence({ status, close, retryInMs }: StatusEvent): string {
  const words = status.replaceAll('_', ' ');
  if (!close) return words;
  const { meaning, isOwn } = ruleOf(close);
  const why = isOwn ? (close.detail ?? meaning) : meaning;
  if (retryInMs === null) return `${words}: ${why}`;
  return retryInMs === 0
    ? `${why}: reconnecting`
    : `${why}: trying again in ${(retryInMs / 1000).toFixed(1)} s`;
}

/** A change of status in a log. */
export const statusFacts = ({ status, close, retryInMs }: StatusEvent) => ({
  status,
  ...(close && { reason: close.reason, code: close.code }),
  ...(retryInMs === null ? {} : { retry_in_ms: Math.round(retryInMs) }),
});
