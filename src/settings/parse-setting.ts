import { UsageError } from '../errors.ts';

const longestDeviceName = 50;
const mostRetries = 1_000_000;

/** A parser that takes one of these words. */
export const oneOf =
  <Word extends string>(key: string, words: readonly Word[]) =>
  (text: string): Word => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw new UsageError(`invalid ${key} "${text}"`, `one of: ${words.join(', ')}`);
  };

/** Reads the name for the phone's list of linked devices. Throws UsageError. */
export function parseDeviceName(text: string): string {
  const name = text.trim();
  // No control, format (text direction), line or paragraph characters. As a literal it would cost every command its time.
  const isPrintable = !new RegExp(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]`, 'u').test(name);
  if (name !== '' && [...name].length <= longestDeviceName && isPrintable) return name;
  throw new UsageError('invalid device_name', `1 to ${longestDeviceName} printable characters`);
}

/** Reads a number of retries. Throws UsageError. */
export function parseMaxRetries(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) <= mostRetries) return Number(text);
  throw new UsageError(`invalid max_retries "${text}"`, `a whole number from 0 to ${mostRetries}`);
}

/** Reads a version of WhatsApp Web, "2.3000.1234567890". Throws UsageError. */
export function parseWhatsappVersion(text: string): string {
  if (/^2\.\d{1,5}\.\d{1,10}$/.test(text)) return text;
  throw new UsageError(`invalid whatsapp_version "${text}"`, 'three numbers, like: 2.3000.1234567890');
}
