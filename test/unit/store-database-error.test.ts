import { expect, test } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { databaseError } from '../../src/store/database-error.ts';

const cause = new Error('from SQLite');

test.each([
  [3, 'store_locked', 'cannot be opened for writing', '--config-dir'],
  [5, 'store_locked', 'another process', 'try again'],
  [6, 'store_locked', 'another process', 'try again'],
  [8, 'store_locked', 'cannot be opened for writing', '--config-dir'],
  [10, 'store_damaged', 'disk', 'check the disk'],
  [11, 'store_damaged', 'no longer an intact database', 'backup'],
  [13, 'store_locked', 'the disk is full', 'make room'],
  [14, 'store_locked', 'cannot be opened for writing', '--config-dir'],
  [19, 'store_damaged', 'contradicts its index', 'backup'],
  [26, 'store_damaged', 'no longer an intact database', 'backup'],
])('SQLite says %i: %s', (resultCode, code, message, hint) => {
  const error = databaseError('/dir/wactl.db', resultCode, cause);
  expect(error).toBeInstanceOf(WactlError);
  expect(error).toMatchObject({
    code,
    exitStatus: 11,
    message: expect.stringContaining(message) as string,
    hint: expect.stringContaining(hint) as string,
    cause,
  });
});

test.each([undefined, 1])('SQLite says %s: a bug, handed on as it is', (resultCode) => {
  expect(databaseError('/dir/wactl.db', resultCode, cause)).toBe(cause);
});
