import { describe, expect, test } from 'vitest';
import { storeAddress } from '../../src/domain/store-address.ts';
import type { Statements } from '../../src/store/postgres/connections.ts';
import { GoneError, PassingError, databaseError } from '../../src/store/postgres/database-error.ts';
import { assertUsable } from '../../src/store/postgres/migrate.ts';
import { unexpected } from '../support/unexpected.ts';

const address = storeAddress('postgres://ada:hunter2@db.example.com/wactl');
const errorOf = (code: string, message = 'said by the server'): unknown =>
  databaseError(address, Object.assign(new Error(message), { code }));

describe('an error of PostgreSQL', () => {
  test.each([
    [
      '25006',
      'cannot execute INSERT in a read-only transaction',
      'it can only be read, as a replica',
      'name the primary',
    ],
    [
      '0A000',
      'cannot set transaction read-write mode during recovery',
      'it can only be read, as a replica',
      'name the primary',
    ],
    ['53100', '', 'its disk is full', 'make room there'],
    ['53200', '', 'it has no memory left', 'make room there'],
    ['53300', 'sorry, too many clients already', 'it has no connection left', 'raise its max_connections'],
    ['40P01', 'deadlock detected', "its transactions are in each other's way", 'try again in a moment'],
    ['40001', '', "its transactions are in each other's way", 'try again in a moment'],
    ['55P03', '', 'another process has what is needed locked', 'try again in a moment'],
    ['57014', '', 'a statement took longer than it may', 'statement_timeout'],
    ['42501', '', 'the user "ada" may not do that there', 'GRANT CREATE'],
  ])('%s %s', (code, said, what, hint) => {
    const error = errorOf(code, said);
    expect(error).toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining(what) as string,
      hint: expect.stringContaining(hint) as string,
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  test.each(['53300', '40001', '40P01'])('%s passes: the same is tried again', (code) => {
    expect(errorOf(code)).toBeInstanceOf(PassingError);
  });

  test.each(['57P01', '57P03', '25P03', '25P04', '08006', 'ECONNRESET'])(
    '%s: the connection is gone',
    (code) => {
      expect(errorOf(code)).toBeInstanceOf(GoneError);
      expect(errorOf(code)).toMatchObject({ code: 'unreachable' });
    },
  );

  test('that nobody foresaw stays what it is', () => {
    const error = Object.assign(new Error('cursors can only scan forward'), { code: '0A000' });
    expect(databaseError(address, error)).toBe(error);
  });
});

describe('a server', () => {
  const saying = (version: number, encoding: string): Statements => ({
    rows: () => Promise.resolve([{ version, said: '14.9', encoding }]),
    run: () => unexpected('run'),
    all: () => unexpected('all'),
  });

  test('of version 15 is new enough, and an older one is told so', async () => {
    await assertUsable(saying(150_000, 'UTF8'), 'it');
    await expect(assertUsable(saying(149_999, 'UTF8'), 'it')).rejects.toMatchObject({
      code: 'store_locked',
      message: 'it cannot be used: its PostgreSQL is 14.9, and wactl needs 15 or newer',
    });
  });

  test('whose database cannot keep every text is refused', async () => {
    await expect(assertUsable(saying(150_000, 'SQL_ASCII'), 'it')).rejects.toMatchObject({
      code: 'store_locked',
      hint: 'make a database for wactl: createdb -E UTF8 -T template0 NAME',
    });
  });
});
