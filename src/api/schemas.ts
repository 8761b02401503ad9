import { exitStatuses } from '../errors.ts';
import { closeTable } from '../domain/close-table.ts';
import { webhookEvents } from '../domain/session.ts';
import { eventSchema } from './event-schema.ts';
import { requestFaults } from './request-error.ts';
import {
  count,
  damaged,
  flag,
  lifetime,
  newCode,
  object,
  orNull,
  ref,
  rescan,
  seconds,
  session,
  status,
  text,
  time,
} from './schema.ts';
import type { Schema } from './schema.ts';
import { deliveryStates } from '../domain/delivery.ts';
import { versionSources } from '../domain/engine.ts';

const newWebhook = object(
  {
    url: text,
    events: { type: 'array', items: { enum: webhookEvents } },
    secret: orNull(text),
    via_proxy: flag,
    insecure: { ...flag, description: 'Allows an http:// address on another machine.' },
  },
  ['url', 'events', 'secret', 'via_proxy', 'insecure'],
);
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
  Close: object(
    {
      reason: { enum: Object.keys(closeTable) },
      code: orNull({ type: 'integer' }),
      at: time,
      detail: { ...text, description: 'What else is known about the close, in one line of text.' },
      ban_code: { ...count, description: 'The reason of a temporary ban: 101 to 106.' },
      expires_at: { ...time, description: 'When the ban ends.' },
    },
    ['detail', 'ban_code', 'expires_at'],
  ),
  Session: object(session, ['damaged']),
  WholeSession: object(
    {
      ...session,
      config: object({
        webhook: orNull(
          object({
            url: text,
            events: { type: 'array', items: { enum: webhookEvents } },
            has_secret: flag,
            via_proxy: flag,
          }),
        ),
        proxy: orNull(text),
        endpoint: orNull(text),
        wants_online: flag,
      }),
      me: orNull(object({ id: orNull(text), push_name: orNull(text), lid: orNull(text) })),
      engine: ref('Engine'),
      holder: orNull(object({ pid: count, since: time, stays: flag })),
      last_message_at: orNull(time),
      last_heard_at: orNull(time),
      unconfirmed: flag,
    },
    ['damaged'],
  ),
  Engine: object({
    name: text,
    version: text,
    whatsapp_version: text,
    whatsapp_version_source: { enum: versionSources },
    whatsapp_version_fetched_at: orNull(time),
    uptime_seconds: seconds,
    rss_bytes: count,
  }),
  SessionList: object({
    sessions: { type: 'array', items: ref('Session') },
    total: count,
    page: count,
    per_page: count,
  }),
  NewSession: object(
    { id: text, name: orNull(text), webhook: orNull(newWebhook), proxy: orNull(text), connect: flag },
    ['id', 'name', 'webhook', 'proxy', 'connect'],
  ),
  SessionChange: object(
    { name: orNull(text), webhook: orNull(newWebhook), proxy: orNull(text), wants_online: flag },
    ['name', 'webhook', 'proxy', 'wants_online'],
  ),
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
  LoggedIn: object({ id: text, status: { const: 'logged_in' }, phone: orNull(text) }),
  Qr: object(
    {
      id: text,
      qr_codes: { type: 'array', items: text },
      qr_code: text,
      seq: count,
      rescan,
      ...lifetime,
      status: { const: 'waiting_for_qr' },
    },
    ['qr_code'],
  ),
  PairRequest: object({ phone_number: text, show_push_notification: flag, code: text }, [
    'show_push_notification',
    'code',
  ]),
  PairCode: object({
    id: text,
    seq: newCode,
    code: { type: 'string', pattern: '^.{4}-.{4}$' },
    phone_number: text,
    ...lifetime,
    status: { const: 'waiting_for_pair_code' },
  }),
  ConnectRequest: object({ max_retries: count }, ['max_retries']),
  ActionResult: object({ id: text, status, details: text }),
  Deleted: object({ deleted: { const: true }, id: text }),
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
  Looked: object({ id: text }),
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
