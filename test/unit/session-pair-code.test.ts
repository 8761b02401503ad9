import { expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { pairCodeAlphabet, parsePairCode, showPairCode } from '../../src/domain/pair-code.ts';

it.each([
  ['ABCDEFGH', 'ABCDEFGH'],
  ['abcd-efgh', 'ABCDEFGH'],
  ['ABCD EFGH', 'ABCDEFGH'],
  ['1234-5678', '12345678'],
  [pairCodeAlphabet.slice(-8), 'STVWXYZ'.padStart(8, 'R')],
])('"%s" is the code %s', (text, code) => {
  expect(parsePairCode(text)).toBe(code);
});

it.each([
  '',
  'ABCDEFG',
  'ABCDEFGHJ',
  'ABCDEFG0',
  'ABCDEFGI',
  'ABCDEFGO',
  'ABCDEFGU',
  'ABCD_EFGH',
  'ÀBCDEFGH',
])('"%s" is refused', (text) => {
  expect(() => parsePairCode(text)).toThrow(UsageError);
});

it('a code is shown as on the phone', () => {
  expect(showPairCode('ABCDEFGH')).toBe('ABCD-EFGH');
});

it.each([
  ['ILOVEYOU', 'a pairing code cannot contain I, O or U'],
  ['ABCDEFG0', 'a pairing code cannot contain 0'],
  ['ABCDEFG', 'a pairing code has 8 characters'],
])('"%s": %s', (text, message) => {
  expect(() => parsePairCode(text)).toThrow(message);
});
