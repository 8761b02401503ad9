import { closeTable } from '../domain/close-table.ts';
import type { Close, CloseReason } from '../domain/close.ts';
import { JsonFields } from './json-fields.ts';
import { hiddenSecret } from './session-record.ts';
import { sessionStatuses, webhookEvents } from '../domain/session.ts';
import type { Endpoint, Session, Webhook } from '../domain/session.ts';

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

/**
 * Undoes `sessionRecord` and `wholeRecord`, as far as they tell: a webhook secret comes back as `hiddenSecret`, an address
 * without its password, an endpoint without its root key, and jids without their device unless the record is whole.
 * Throws UsageError.
 */
export function parseSessionRecord(value: unknown): Session {
  const record = new JsonFields(value);
  const config = record.optionalFields('config');
  const me = record.has('me') ? record.fieldsOrNull('me') : null;
  return {
    id: record.text('id'),
    name: record.textOrNull('name'),
    status: record.word('status', sessionStatuses),
    paired: record.flag('paired'),
    unconfirmed: record.has('unconfirmed') && record.flag('unconfirmed'),
    phoneNumber: record.textOrNull('phone_number'),
    pushName: record.textOrNull('push_name'),
    whatsappJid: me ? me.textOrNull('id') : record.textOrNull('whatsapp_jid'),
    lid: me ? me.textOrNull('lid') : record.textOrNull('lid'),
    platform: record.textOrNull('platform'),
    createdAt: record.date('created_at'),
    updatedAt: record.date('updated_at'),
    lastConnectedAt: record.dateOrNull('last_connected_at'),
    lastSeenAt: record.dateOrNull('last_seen_at'),
    messageCount: record.number('message_count'),
    lastClose: parseCloseRecord(record.fieldsOrNull('last_close')),
    webhook: config ? webhookOf(config.fieldsOrNull('webhook')) : null,
    proxy: config ? config.textOrNull('proxy') : null,
    endpoint: config ? endpointOf(config.textOrNull('endpoint')) : null,
    wantsOnline: config ? config.flag('wants_online') : false,
    retries: 0,
    ...(record.has('damaged') ? { damaged: 'pair_again' as const } : {}),
  };
}

const webhookOf = (fields: JsonFields | null): Webhook | null =>
  fields && {
    url: fields.text('url'),
    events: webhookEvents.filter((event) => fields.list('events').includes(event)),
    secret: fields.flag('has_secret') ? hiddenSecret : null,
    viaProxy: fields.flag('via_proxy'),
  };

const endpointOf = (url: string | null): Endpoint | null => (url === null ? null : { url, rootKey: '' });
