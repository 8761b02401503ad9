import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { UsageError } from '../errors.ts';

const example = 'give it with its country code, like: +1 555 123 4567';

/** WhatsApp still has Mexican mobiles with the 1 after 52 that the numbering plan has dropped. */
const oldMexicanMobile = /^521\d{10}$/;

/**
 * Reads a phone number of which a person has said that it is international, by a + or 00. Throws UsageError; for digits that
 * could be either, with the number that they would be.
 */
export function parseInternationalPhone(text: string): string {
  const digits = parsePhone(text);
  if (/^\+|^00/.test(written(text))) return digits;
  const number = parsePhoneNumberFromString(`+${digits}`);
  const where = number?.country && new Intl.DisplayNames('en', { type: 'region' }).of(number.country);
  const means = number ? `${number.formatInternational()}${where ? ` (${where})` : ''}` : `+${digits}`;
  throw new UsageError(
    `"${text}" does not say its country: begin with + or 00`,
    `did you mean: ${means}; else ${example}`,
  );
}

/** As a jid has it, with or without the device: "15551234567@c.us", "15551234567:12@s.whatsapp.net". */
const userJid = /^(\d+)(?::\d+)?@(?:s\.whatsapp\.net|c\.us)$/;

const written = (text: string): string =>
  text
    .trim()
    .replace(userJid, '+$1')
    .normalize('NFKC')
    .replaceAll(/[\s().\-/\u2010-\u2015]/g, '');

/**
 * Reads a phone number as a person writes it ("+1 (555) 123-4567", "0049 171 1234567"), or as a jid of WhatsApp has it, as
 * digits with country code.
 * Numbers that no plan knows but that could exist are let through: plans change, and sandboxes use invented ones.
 * Throws UsageError, with the corrected number where one can be derived. Loads a large table: import it lazily.
 */
export function parsePhone(text: string): string {
  const international = written(text).replace(/^00/, '+');
  if (!/^\+?\d+$/.test(international)) throw new UsageError(`"${text}" is not a phone number`, example);
  if (international.startsWith('0')) {
    throw new UsageError(`"${text}" has no country code`, `${example} (no 0 before the area code)`);
  }
  const digits = international.replace('+', '');
  if (oldMexicanMobile.test(digits)) return digits;
  const number = parsePhoneNumberFromString(`+${digits}`);
  if (!number?.isPossible()) {
    throw new UsageError(`"${text}" is too short or too long, or its country code does not exist`, example);
  }
  // A trunk zero or the like was left in.
  if (number.number !== `+${digits}`) {
    throw new UsageError(
      `"${text}" is not in international form`,
      `did you mean: ${number.formatInternational()}`,
    );
  }
  return digits;
}
