// What counts as an error of the engine, out of all that Baileys logs (rc14). The rule:
// 1. A TypeError or ReferenceError is a bug, at any level and in any sentence. "fetch failed" is not one: Node words an
//    unreachable address that way.
// 2. A Boom is not counted: Baileys makes one for acts of the other side (an error answer, an unexpected stanza, no
//    answer in time) and for the end of the connection.
// 3. Nor is an undecryptable message counted, nor an error that the close of the connection reports as well.
// 4. Everything else that it logs as an error counts.

/** The sentences of rule 3, and two errors that the caller reports again, with their consequence. */
const expected: readonly string[] = [
  'failed to decrypt message',
  'failed to process sender key distribution message',
  'transaction failed, rolling back',
  'Failed to upload pre-keys to server',
  'stream errored out',
  'error in validating connection',
  'error in sending keep alive',
];

/**
 * Whether a log line of Baileys reports an error of the engine. `fields` is the data that it logs with its sentence.
 */
export function isEngineError(isError: boolean, sentence: string, fields: unknown): boolean {
  const values: unknown[] = typeof fields === 'object' && fields !== null ? Object.values(fields) : [];
  if (values.some(isBug)) return true;
  return isError && !expected.includes(sentence) && !values.some(isBoom);
}

function isBug(value: unknown): boolean {
  if (typeof value === 'string') return /^(Type|Reference)Error: (?!fetch failed)/.test(value);
  const isOne = value instanceof TypeError || value instanceof ReferenceError;
  return isOne && value.message !== 'fetch failed';
}

const isBoom = (value: unknown): boolean => value instanceof Error && 'isBoom' in value;
