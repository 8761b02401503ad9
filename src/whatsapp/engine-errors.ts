// What counts as an error of the engine, out of all that Baileys logs (rc14). The rule:
// 1. A TypeError or ReferenceError is a bug, at whatever level and in whatever sentence it is told. "fetch failed" is
//    none: Node words an unreachable address so.
// 2. A Boom is not counted: Baileys makes one of what the other side did (an error for an answer, a stanza that it
//    cannot place, no answer in time) and of the end of the connection.
// 3. Neither is what comes of a message that nobody can decrypt, and what the close of the connection tells as well.
// 4. Everything else that it logs as an error counts.

/** Sentences of 3, and two that are told again, with what came of it, by what had asked for it. */
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
