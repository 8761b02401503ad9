import { describe, expect, test } from 'vitest';
import { randomSessionId, sessionIdFromName, validateSessionId } from '../../src/domain/session-id.ts';
import { memoryStore } from '../support/memory-store.ts';
import { resolveSessionId } from '../../src/app/find-session.ts';

test.each(['a', '0', 'my-phone', 'a.b_c-d', 'a'.repeat(63)])('%s is a valid id', (id) => {
  expect(validateSessionId(id)).toBe(id);
});

test.each([
  ['', undefined],
  ['-a', 'a'],
  ['My Phone', 'my-phone'],
  ['a'.repeat(64), 'a'.repeat(63)],
  ['../etc', 'etc'],
  ['a\n', 'a'],
  ['日本', undefined],
])('%j is an invalid id; the hint has %s', (text, suggestion) => {
  const hint = suggestion === undefined ? /letter or digit$/ : new RegExp(`for example: ${suggestion}$`);
  expect(() => validateSessionId(text)).toThrow(
    expect.objectContaining({ code: 'usage', hint: expect.stringMatching(hint) as string }),
  );
});

test.each([
  ['Support Bot', 'support-bot'],
  ['  Žlutý   kůň! ', 'zluty-kun'],
  ['Straße 7', 'strasse-7'],
  ['ﬁne ①', 'fine-1'],
  ['v1.2_beta', 'v1.2_beta'],
  ['..hidden..', 'hidden'],
  ['🛟', undefined],
  ['', undefined],
  [`${'a'.repeat(62)} b`, 'a'.repeat(62)],
])('%j becomes %s', (name, id) => {
  expect(sessionIdFromName(name)).toBe(id);
  if (id !== undefined) expect(validateSessionId(id)).toBe(id);
});

test.each([
  [0, 'amber-badger-100'],
  [0.999999, 'sunny-tiger-999'],
])('the random number %d becomes the id %s', (random, id) => {
  expect(randomSessionId(() => random)).toBe(id);
  expect(validateSessionId(id)).toBe(id);
});

describe('the id that a person means', () => {
  const resolve = async (given: string, ...ids: string[]) => {
    const store = memoryStore();
    for (const id of ids) await store.create({ id, name: null, webhook: null, proxy: null, endpoint: null });
    return resolveSessionId(store, given);
  };

  test('an exact match wins over longer ones', async () => {
    expect(await resolve('bot', 'bot-2', 'bot', 'bot-1')).toBe('bot');
  });

  test('otherwise the only id with this prefix', async () => {
    expect(await resolve('sup', 'support', 'sales')).toBe('support');
  });

  test('an id that begins nothing is not_found', async () => {
    await expect(resolve('x', 'support')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('an empty id is refused', async () => {
    await expect(resolve('', 'support')).rejects.toMatchObject({ code: 'usage' });
  });

  test.each([
    [['a1', 'a2'], 'one of: a1, a2'],
    [['a1', 'a2', 'a3', 'a4', 'a5'], 'one of: a1, a2, a3, a4, a5'],
    [['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'], 'one of: a1, a2, a3, a4, a5, …'],
  ])('a prefix of %j is ambiguous', async (ids, hint) => {
    await expect(resolve('a', ...ids)).rejects.toMatchObject({ code: 'ambiguous_id', hint });
  });
});
