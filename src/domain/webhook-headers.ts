import { UsageError } from '../errors.ts';

/** Headers that go with each delivery, by name in lower case; the values are secrets. */
export type WebhookHeaders = Readonly<Record<string, string>>;

const mostHeaders = 20;
const longestValue = 4_096;

/** These belong to the connection, to the body, or to the signature. */
const refused: readonly string[] = [
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const isRefused = (name: string): boolean =>
  refused.includes(name) || name.startsWith('content-') || name.startsWith('webhook-');

/** Checks headers by name. Throws UsageError, which repeats no value. */
export function checkWebhookHeaders(given: Readonly<Record<string, string>>): WebhookHeaders {
  const entries = Object.entries(given).map(([name, value]) => checked(name, value));
  if (entries.length > mostHeaders)
    throw new UsageError(`a webhook may have at most ${String(mostHeaders)} headers of its own`);
  const headers = Object.fromEntries(entries);
  if (Object.keys(headers).length < entries.length)
    throw new UsageError('a webhook header is given more than once', 'upper and lower case are the same');
  return headers;
}

/** Reads lines such as "Authorization: Bearer x"; empty ones are passed over. Throws UsageError. */
export function parseWebhookHeaders(text: string): WebhookHeaders {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => {
    const [, name, value] = /^([^:]*):(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError('invalid webhook header', 'give it as "Name: value"');
    return checked(name.trim(), value);
  });
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new UsageError('a webhook header is given more than once', 'upper and lower case are the same');
  return checkWebhookHeaders(Object.fromEntries(pairs));
}

function checked(given: string, value: string): readonly [name: string, value: string] {
  const name = given.toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(name)) {
    throw new UsageError('invalid name of a webhook header', 'for example: X-Api-Key');
  }
  if (isRefused(name)) {
    throw new UsageError(
      `a webhook cannot have a header "${name}" of its own`,
      'headers of the connection, the body and the signature are set by wactl',
    );
  }
  const trimmed = value.trim();
  if (trimmed === '' || trimmed.length > longestValue || !/^[\t\x20-\x7e]*$/.test(trimmed)) {
    throw new UsageError(
      `invalid value of the webhook header "${name}"`,
      `use 1 to ${String(longestValue)} printable ASCII characters`,
    );
  }
  return [name, trimmed];
}
