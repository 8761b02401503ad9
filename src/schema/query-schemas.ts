import * as v from 'valibot';
import { flag, object, text, word } from './field-schemas.ts';
import { parseBySchema } from './parse-by-schema.ts';

const mostItems = 1_000_000;
const itemRule = `a whole number from 1 to ${String(mostItems)}`;
/** A page, or how many items. */
export const itemNumber = v.pipe(
  v.number(itemRule),
  v.integer(itemRule),
  v.minValue(1, itemRule),
  v.maxValue(mostItems, itemRule),
);

const longestSeconds = 3600;
const timeoutRule = `a number above 0, up to ${String(longestSeconds)}`;
export const timeoutSeconds = v.pipe(
  v.number(timeoutRule),
  v.gtValue(0, timeoutRule),
  v.maxValue(longestSeconds, timeoutRule),
);

export const statusWords = v.pipe(text, v.description('One or more, separated by commas.'));

export const waitForQr = v.pipe(
  word('qr'),
  v.description('Answer when there is a QR to scan, with that QR, or when timeout_seconds (30) are up.'),
);

export const fresh = v.pipe(
  flag,
  v.description('Start the pairing again, so that every QR before the one in the answer is invalid.'),
);

export const webhookName = v.pipe(text, v.description('Which webhook; "default" when left out.'));

export const ticket = v.pipe(text, v.description('Of POST /api/v1/stream-tickets, in the place of a token.'));

/** What a parameter of a query may be. */
export type ParameterSchema<T = unknown> = v.GenericSchema<T>;

/** Reads a parameter: digits and "true" are what they are in JSON. Throws UsageError. */
export function parseParameter<T>(name: string, schema: ParameterSchema<T>, written: string): T {
  return parseBySchema(object({ [name]: schema }), { [name]: valueOf(written) })[name] as T;
}

const valueOf = (written: string): string | number | boolean => {
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written);
  return written === 'true' || (written !== 'false' && written);
};
