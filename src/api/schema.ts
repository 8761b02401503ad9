import { sessionStatuses } from '../domain/session.ts';

/** A JSON Schema (2020-12, as OpenAPI 3.1 takes it). */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const flag: Schema = { type: 'boolean' };
export const time: Schema = { type: 'string', format: 'date-time' };
export const seconds: Schema = { type: 'number', minimum: 0 };
export const status: Schema = { enum: sessionStatuses };
export const damaged: Schema = {
  const: true,
  description: 'The stored data of the session is damaged and may be wrong.',
};
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** All of these fields and no others, but for those named optional. */
export const object = (
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

export const session = {
  id: text,
  name: orNull(text),
  status,
  is_logged_in: flag,
  paired: flag,
  phone_number: orNull(text),
  push_name: orNull(text),
  whatsapp_jid: orNull(text),
  lid: orNull(text),
  platform: orNull(text),
  created_at: time,
  updated_at: time,
  last_connected_at: orNull(time),
  last_seen_at: orNull(time),
  message_count: count,
  last_close: orNull(ref('Close')),
  damaged,
};

export const lifetime = { timeout_seconds: seconds, expires_at: time };
export const rescan: Schema = {
  ...flag,
  description: 'WhatsApp has asked for this QR after a scan: the phone must scan once more.',
};
export const newCode: Schema = { ...count, description: 'From 2 on: WhatsApp has asked for a new code.' };
