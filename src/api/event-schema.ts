import {
  count,
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

const event = (
  name: string,
  fields: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => object({ event: { const: name }, ...fields }, optional);

/** One event of a stream. */
export const eventSchema: Schema = {
  oneOf: [
    event(
      'status',
      { id: text, status, is_logged_in: flag, last_close: ref('Close'), retry_in_seconds: seconds },
      ['last_close', 'retry_in_seconds'],
    ),
    event(
      'qr',
      {
        id: text,
        seq: count,
        qr: text,
        qr_code: text,
        rescan,
        ...lifetime,
        status: { const: 'waiting_for_qr' },
      },
      ['qr_code'],
    ),
    event('pair_code', {
      id: text,
      seq: newCode,
      code: text,
      phone_number: text,
      ...lifetime,
      status: { const: 'waiting_for_pair_code' },
    }),
    event('wrong_code', { id: text }),
    event('message', {
      id: text,
      message_id: text,
      from: text,
      push_name: orNull(text),
      at: time,
      text: orNull(text),
    }),
    event('push_name', { id: text, push_name: text }),
    event('released', { id: text }),
    event('logged_in', session, ['damaged']),
    {
      type: 'object',
      properties: { event: { const: 'error' }, error: { type: 'object' } },
      required: ['event', 'error'],
      additionalProperties: false,
    },
  ],
};
