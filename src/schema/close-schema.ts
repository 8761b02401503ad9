import * as v from 'valibot';
import { closeTable } from '../domain/close-table.ts';
import type { Close, CloseReason } from '../domain/close.ts';
import { count, integer, object, oneOf, text, time, timeWith } from './field-schemas.ts';
import { parseBySchema } from './parse-by-schema.ts';

/** How a connection ended. */
export const closeSchema = object({
  reason: oneOf(Object.keys(closeTable) as CloseReason[]),
  code: v.nullable(integer),
  at: time,
  detail: v.exactOptional(
    v.pipe(text, v.description('What else is known about the close, in one line of text.')),
  ),
  ban_code: v.exactOptional(v.pipe(count, v.description('The reason of a temporary ban: 101 to 106.'))),
  expires_at: v.exactOptional(timeWith({ description: 'When the ban ends.' })),
});

export type CloseRecord = v.InferInput<typeof closeSchema>;

/** Reads a close. Throws UsageError. */
export const parseClose = (value: unknown): Close => closeOf(parseBySchema(closeSchema, value));

/** Undoes `closeRecord`. */
export const closeOf = (record: v.InferOutput<typeof closeSchema>): Close => ({
  reason: record.reason,
  code: record.code,
  at: record.at,
  ...(record.detail !== undefined && { detail: record.detail }),
  ...(record.ban_code !== undefined && { banCode: record.ban_code }),
  ...(record.expires_at && { expiresAt: record.expires_at }),
});
