import { UsageError } from '../errors.ts';

/** What a new session's id looks like. */
export const sessionIdPattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;

const longestId = 63;

const firstWords = [
  'amber',
  'brave',
  'calm',
  'clever',
  'copper',
  'eager',
  'early',
  'gentle',
  'golden',
  'happy',
  'lucky',
  'mellow',
  'quick',
  'quiet',
  'silver',
  'sunny',
] as const;
const secondWords = [
  'badger',
  'beaver',
  'crane',
  'falcon',
  'finch',
  'heron',
  'lynx',
  'marten',
  'otter',
  'owl',
  'panda',
  'raven',
  'robin',
  'salmon',
  'sparrow',
  'tiger',
] as const;

/** Reads a new session's id. Throws UsageError, with an id that would do where one can be made of it. */
export function validateSessionId(text: string): string {
  if (sessionIdPattern.test(text)) return text;
  const rule = 'use at most 63 lower-case letters, digits, ".", "_" and "-", starting with a letter or digit';
  const slug = sessionIdFromName(text);
  throw new UsageError(`invalid session id "${text}"`, slug ? `${rule}; for example: ${slug}` : rule);
}

/** Makes an id of a name: "Support Bot" → "support-bot", "Žlutý kůň" → "zluty-kun". Undefined when nothing is left. */
export function sessionIdFromName(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    // As a literal it would cost every command its time (docs/performance.md).
    .replaceAll(new RegExp(String.raw`\p{Mark}`, 'gu'), '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, longestId)
    .replace(/[^a-z0-9]+$/, '');
  return slug === '' ? undefined : slug;
}

/** Two words and a number, "amber-otter-417". `random` gives numbers in [0, 1). */
export function randomSessionId(random: () => number): string {
  const oneOf = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? 'session';
  return `${oneOf(firstWords)}-${oneOf(secondWords)}-${100 + Math.floor(random() * 900)}`;
}
