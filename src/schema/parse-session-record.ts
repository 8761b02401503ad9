import { closeTable } from '../domain/close-table.ts';
import type { Close, CloseReason } from '../domain/close.ts';
import type { JsonFields } from './json-fields.ts';

/** Undoes `closeRecord`. Throws UsageError. */
export const parseCloseRecord = (fields: JsonFields | null): Close | null =>
  fields && {
    reason: fields.word('reason', Object.keys(closeTable) as CloseReason[]),
    code: fields.numberOrNull('code'),
    at: fields.date('at'),
    ...(fields.has('detail') && { detail: fields.text('detail') }),
    ...(fields.has('ban_code') && { banCode: fields.number('ban_code') }),
    ...(fields.has('expires_at') && { expiresAt: fields.date('expires_at') }),
  };
