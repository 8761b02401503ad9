import { JsonFields } from './json-fields.ts';
import { parseCloseRecord } from './parse-session-record.ts';
import { closeRecord, heardRecord } from './session-record.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { Heard, Held } from '../domain/held.ts';
import { versionSources } from '../domain/engine.ts';
import type { EngineRecord } from '../domain/engine.ts';

/** What a holder tells other processes about a session, including secrets (QR, code) while they are valid. */
export const heldRecord = (held: Held) => ({
  id: held.id,
  pid: held.pid,
  since: held.since.toISOString(),
  stays: held.stays,
  status: held.status,
  last_close: closeRecord(held.close),
  retry_at: held.retryAt?.toISOString() ?? null,
  qr: held.qr && {
    qr: held.qr.payload,
    seq: held.qr.seq,
    rescan: held.qr.rescan,
    expires_at: held.qr.expiresAt.toISOString(),
  },
  pair_code: held.pairCode && {
    code: held.pairCode.code,
    phone_number: held.pairCode.phone,
    seq: held.pairCode.seq,
    expires_at: held.pairCode.expiresAt.toISOString(),
  },
  ...heardRecord(held),
});

/** Undoes `heldRecord`. Throws UsageError. */
export function parseHeldRecord(value: unknown): Held {
  const record = new JsonFields(value);
  const qr = record.fieldsOrNull('qr');
  const code = record.fieldsOrNull('pair_code');
  return {
    id: record.text('id'),
    pid: record.number('pid'),
    since: record.date('since'),
    stays: record.flag('stays'),
    status: record.word('status', sessionStatuses),
    close: parseCloseRecord(record.fieldsOrNull('last_close')),
    retryAt: record.dateOrNull('retry_at'),
    qr: qr && {
      payload: qr.qrText('qr'),
      seq: qr.number('seq'),
      expiresAt: qr.date('expires_at'),
      rescan: qr.flag('rescan'),
    },
    pairCode: code && {
      code: code.text('code'),
      phone: code.text('phone_number'),
      seq: code.number('seq'),
      expiresAt: code.date('expires_at'),
    },
    ...parseHeard(record),
  };
}

/** Undoes `heardRecord`. Throws UsageError. */
export const parseHeard = (record: JsonFields): Heard => ({
  ...(record.has('last_message_at') && { lastMessageAt: record.date('last_message_at') }),
  ...(record.has('last_heard_at') && { lastHeardAt: record.date('last_heard_at') }),
});

/** Undoes `engineRecord`. Throws UsageError. */
export const parseEngineRecord = (engine: JsonFields): EngineRecord => ({
  name: engine.text('name'),
  version: engine.text('version'),
  whatsappVersion: engine.text('whatsapp_version'),
  whatsappVersionSource: engine.word('whatsapp_version_source', versionSources),
  whatsappVersionFetchedAt: engine.dateOrNull('whatsapp_version_fetched_at'),
  uptimeSeconds: engine.number('uptime_seconds'),
  rssBytes: engine.number('rss_bytes'),
});
