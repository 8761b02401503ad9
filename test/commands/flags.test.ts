import { describe, expect, it } from 'vitest';
import { parseDuration, parseStatus, parseStatuses, wholeNumber } from '../../src/commands/flags.ts';
import { UsageError } from '../../src/errors.ts';

describe('durations', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['2147483647ms', 2_147_483_647],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '0', '0s', '-1', '1d', 's', '1 s', '1e3', '.5', '1s1s', 'Infinity', '2147483648ms', '597h'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseDuration(text)).toThrow(UsageError);
    },
  );
});

describe('whole numbers', () => {
  it.each([
    ['0', 0, 0],
    ['1', 1, 1],
    ['007', 1, 7],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
  ])('"%s" where the least is %i is %i', (text, least, value) => {
    expect(wholeNumber(least)(text)).toBe(value);
  });

  it.each([
    ['0', 1],
    ['-1', 0],
    ['1.0', 0],
    ['1e1', 0],
    ['0x10', 0],
    ['', 0],
    [' 1', 0],
    ['9007199254740992', 0],
  ])('"%s" is refused where the least is %i', (text, least) => {
    expect(() => wholeNumber(least)(text)).toThrow(UsageError);
  });
});

describe('statuses', () => {
  it.each([
    ['failed', ['failed']],
    ['failed,logged_out', ['failed', 'logged_out']],
    [' logged_in , connected ', ['logged_in', 'connected']],
  ])('"%s"', (text, statuses) => {
    expect(parseStatuses(text)).toEqual(statuses);
  });

  it.each(['', 'failed,', 'Failed', 'online', 'failed logged_out'])(
    '"%s" is refused with all words',
    (text) => {
      const words =
        'one of: disconnected, connecting, waiting_for_qr, waiting_for_pair_code, waiting_for_passkey, connected, logged_in, logged_out, failed';
      expect(() => parseStatuses(text)).toThrow(expect.objectContaining({ code: 'usage', hint: words }));
    },
  );

  it('take one word where one is expected', () => {
    expect(parseStatus('logged_out')).toBe('logged_out');
    expect(() => parseStatus('failed,logged_out')).toThrow(UsageError);
  });
});
