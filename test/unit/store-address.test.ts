import { describe, expect, test } from 'vitest';
import { parseStore, shownStore, storeAddress } from '../../src/domain/store-address.ts';

describe('the address of a store', () => {
  test('has a host, a port, a database, a user and a password', () => {
    expect(storeAddress('postgres://me:p%40ss@db.example.com:6543/sessions?sslmode=require')).toEqual({
      host: 'db.example.com',
      port: 6543,
      database: 'sessions',
      user: 'me',
      password: 'p@ss',
      tls: 'unchecked',
      tlsRoot: undefined,
    });
  });

  test.each([
    ['postgres://127.0.0.1/x', 'off'],
    ['postgresql://[::1]/x', 'off'],
    ['postgres://localhost/x?host=/run/postgresql', 'off'],
    ['postgres://%2Frun%2Fpostgresql/x', 'off'],
    ['postgres://db.example.com/x', 'full'],
    ['postgres://db.example.com/x?sslmode=disable', 'off'],
    ['postgres://db.example.com/x?sslmode=verify-ca', 'authority'],
    ['postgres://db.example.com/x?sslmode=require&sslrootcert=/ca.pem', 'authority'],
  ])('%s is sealed so: %s', (text, tls) => {
    expect(storeAddress(text).tls).toBe(tls);
  });

  test('is shown without user and password', () => {
    expect(shownStore(storeAddress('postgres://me:hunter2@db.example.com/x'))).toBe(
      'the database "x" at db.example.com:5432',
    );
    expect(shownStore(storeAddress('postgres://me:hunter2@localhost/x?host=/run/pg'))).toBe(
      'the database "x" behind /run/pg',
    );
  });

  test.each([
    ['', 'invalid address'],
    ['wactl.db', 'invalid address'],
    ['https://example.com/x', 'invalid address'],
    ['postgres://example.com', 'invalid address'],
    ['postgres:///x', 'invalid address'],
    ['postgres://example.com/a/b', 'invalid address'],
    ['postgres://me:%zz@example.com/x', 'invalid address'],
    ['postgres://me:hunter2@example.com/x?sslmode=prefer', 'invalid sslmode "prefer"'],
    ['postgres://me:hunter2@example.com/x?options=-c', 'unknown parameter "options"'],
  ])('%j is refused, without repeating a password', (text, words) => {
    expect(() => parseStore(text)).toThrow(words);
    expect(() => parseStore(text)).not.toThrow('hunter2');
  });
});
