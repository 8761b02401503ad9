import { expect, test } from 'vitest';
import { parseInternationalPhone, parsePhone } from '../../src/domain/phone.ts';

test.each([
  ['+15551234567', '15551234567'],
  ['15551234567', '15551234567'],
  ['+1 (555) 123-4567', '15551234567'],
  ['001 555.123.4567', '15551234567'],
  [' +421 903 123 456 ', '421903123456'],
  ['+421\u00a0903\u2011123\u2013456', '421903123456'],
  ['+44 7911/123456', '447911123456'],
  ['+39 06 1234 5678', '390612345678'],
  ['+521 55 1234 5678', '5215512345678'],
  ['+52 55 1234 5678', '525512345678'],
  ['＋１５５５１２３４５６７', '15551234567'],
  ['628123456789@c.us', '628123456789'],
  ['628123456789@s.whatsapp.net', '628123456789'],
  ['628123456789:12@s.whatsapp.net', '628123456789'],
])('%j is %s', (text, phone) => {
  expect(parsePhone(text)).toBe(phone);
});

test.each([
  ['0171 1234567', 'no 0 before'],
  ['(0)171', 'no 0 before'],
  ['+49 (0)171 1234567', 'did you mean: +49 171 1234567'],
  ['00490171 1234567', 'did you mean: +49 171 1234567'],
  ['+44 07911 123456', 'did you mean: +44 7911 123456'],
  ['(212) 555-0123', 'country code'],
  ['+1234', 'country code'],
  ['+155512345678901', 'country code'],
  ['+999 123 456 789', 'country code'],
  ['+1 800 FLOWERS', 'country code'],
  ['+1 555 123 4567 ext. 5', 'country code'],
  ['++15551234567', 'country code'],
  ['', 'country code'],
  ['987654321@lid', 'country code'],
  ['120363000000000000@g.us', 'country code'],
  ['628123456789@example.com', 'country code'],
  ['0628123456789@c.us', 'country code'],
])('%j is refused, with the hint "%s"', (text, hint) => {
  expect(() => parsePhone(text)).toThrow(
    expect.objectContaining({ code: 'usage', hint: expect.stringContaining(hint) as string }),
  );
});

test.each([
  '+15551234567',
  '0015551234567',
  '＋１５５５１２３４５６７',
  '+1 (555) 123-4567',
  '15551234567@c.us',
])('%j says its country', (text) => {
  expect(parseInternationalPhone(text)).toBe('15551234567');
});

test.each([
  ['5551234567', 'did you mean: +55 51234567 (Brazil); else'],
  ['15551234567', 'did you mean: +1 555 123 4567; else'],
  ['421 903 123 456', 'did you mean: +421 903 123 456 (Slovakia); else'],
  ['5215512345678', 'did you mean: +52 '],
])('%j does not say its country: %s', (text, hint) => {
  expect(() => parseInternationalPhone(text)).toThrow(
    expect.objectContaining({
      message: `"${text}" does not say its country: begin with + or 00`,
      hint: expect.stringContaining(hint) as string,
    }),
  );
});

test('a number that cannot be is refused as such, with or without a country', () => {
  expect(() => parseInternationalPhone('0171 1234567')).toThrow('has no country code');
});
