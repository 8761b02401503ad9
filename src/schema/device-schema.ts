import * as v from 'valibot';
import { count, object, text } from './field-schemas.ts';

/** Which phone a session is linked to, and as which device. */
export const deviceSchema = object({
  device_id: v.nullable(count),
  phone_number: v.nullable(text),
  lid: v.nullable(text),
  push_name: v.nullable(text),
  platform: v.nullable(text),
});

export type DeviceRecord = v.InferInput<typeof deviceSchema>;
