import { expect, test } from 'vitest';
import { ContendedError, GoneError } from '../../src/store/postgres/database-error.ts';
import { inTransaction } from '../../src/store/postgres/transactions.ts';

async function saidAfter(error: Error): Promise<string[]> {
  const said: string[] = [];
  const all = (sql: string): Promise<[]> => {
    said.push(sql);
    return Promise.resolve([]);
  };
  const statements = { all, rows: all, run: () => Promise.resolve(0) };
  await expect(inTransaction(statements, 'BEGIN', () => Promise.reject(error))).rejects.toBe(error);
  return said;
}

test('a transaction that fails is undone', async () => {
  expect(await saidAfter(new ContendedError('db', undefined))).toEqual(['BEGIN', 'ROLLBACK']);
});

test('nothing more is said on a connection that is gone: the answer would be waited for', async () => {
  expect(await saidAfter(new GoneError('db', '', undefined))).toEqual(['BEGIN']);
});
