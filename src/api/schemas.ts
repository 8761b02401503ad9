import { exitStatuses } from '../errors.ts';
import { webhookEvents } from '../domain/session.ts';
import { eventSchema } from './event-schema.ts';
import { requestFaults } from './request-error.ts';
import { count, damaged, flag, newCode, object, orNull, ref, rescan, status, text, time } from './schema.ts';
import type { Schema } from './schema.ts';
import { deliveryStates } from '../domain/delivery.ts';

/** Of the connection that is kept open. */
const heard = { last_message_at: time, last_heard_at: time };

/** Everything that goes over the wire, by name. */
export const schemas: Readonly<Record<string, Schema>> = {
  Error: object({
    error: object({
      code: { enum: [...Object.keys(exitStatuses), ...Object.keys(requestFaults)] },
      message: text,
      hint: orNull(text),
      exit_status: count,
    }),
  }),
  Status: object(
    {
      connected: flag,
      phone: text,
      whatsapp_jid: text,
      push_name: text,
      business_name: text,
      business_profile: object(
        {
          business_hours_timezone: text,
          categories: { type: 'array', items: object({ id: text, name: text }) },
          profile_options: { type: 'object', additionalProperties: text },
          address: text,
          email: text,
        },
        ['business_hours_timezone', 'categories', 'profile_options', 'address', 'email'],
      ),
      profile_picture_id: text,
      profile_picture_url: text,
      profile_url: text,
      verified_name: text,
      about: text,
      website: text,
      id: text,
      status,
      is_logged_in: flag,
      phone_number: text,
      source: { enum: ['live', 'store'] },
      as_of: time,
      last_close: orNull(ref('Close')),
      damaged,
      ...heard,
    },
    [
      'damaged',
      ...Object.keys(heard),
      'phone',
      'whatsapp_jid',
      'push_name',
      'business_name',
      'business_profile',
      'profile_picture_id',
      'profile_picture_url',
      'profile_url',
      'verified_name',
      'about',
      'website',
      'phone_number',
      'last_close',
    ],
  ),
  Device: object({
    device_id: orNull(count),
    phone_number: orNull(text),
    lid: orNull(text),
    push_name: orNull(text),
    platform: orNull(text),
  }),
  Deliveries: object({
    id: text,
    url: orNull(text),
    pending: count,
    dropped: count,
    failing_since: orNull(time),
    turned_off_at: orNull(time),
    deliveries: {
      type: 'array',
      items: object({
        webhook_id: text,
        type: orNull({ enum: webhookEvents }),
        state: { enum: deliveryStates },
        created_at: time,
        attempts: count,
        last_attempt_at: orNull(time),
        last_error: orNull(text),
        next_attempt_at: orNull(time),
      }),
    },
  }),
  WebhookTest: object({
    id: text,
    webhook_id: text,
    type: { const: 'webhook.test' },
    delivered: flag,
    http_status: orNull(count),
    error: orNull(text),
    duration_ms: count,
    signed: flag,
  }),
  Holder: object({
    held: orNull(
      object(
        {
          id: text,
          pid: count,
          since: time,
          stays: flag,
          status,
          last_close: orNull(ref('Close')),
          retry_at: orNull(time),
          qr: orNull(object({ qr: text, seq: count, rescan, expires_at: time })),
          pair_code: orNull(object({ code: text, phone_number: text, seq: newCode, expires_at: time })),
          ...heard,
        },
        Object.keys(heard),
      ),
    ),
    engine: orNull(ref('Engine')),
  }),
  Process: object({
    pid: count,
    engine: ref('Engine'),
    held: { type: 'object', additionalProperties: status },
  }),
  Event: eventSchema,
};
