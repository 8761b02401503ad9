import type { SessionStore } from '../../ports/store.ts';
import type { Asking, Question } from '../copy/asking.ts';
import type { CopyPlace } from '../copy/copy-place.ts';
import type { Statements } from './connections.ts';
import type { LeaseTable } from './lease-table.ts';
import type { Seals } from './seals.ts';
import type { Transactions } from './transactions.ts';

type Parts = {
  readonly store: Pick<SessionStore, 'readWhole'>;
  readonly transactions: Transactions;
  readonly leases: LeaseTable;
  readonly seals: Seals;
};

/** A PostgreSQL as one side of a copy. */
export function postgresPlace({ store, transactions, leases, seals }: Parts): CopyPlace {
  const answer = (statements: Statements, question: Question) => {
    if (question.kind === 'leases') return leases.all(statements);
    let count = 0;
    const sql = question.sql.replaceAll('?', () => `$${String((count += 1))}`);
    return statements[question.kind](sql, question.values);
  };
  const answered = async <T>(statements: Statements, asking: Asking<T>): Promise<T> => {
    let step = asking.next();
    while (!step.done) step = asking.next(await answer(statements, step.value));
    return step.value;
  };
  return {
    leases,
    readWhole: (id) => store.readWhole(id),
    table: (name) => `wactl.${name}`,
    select: (names) => names.join(),
    copying: (kind, work) =>
      kind === 'read'
        ? transactions.snapshot(undefined, (statements, now) => answered(statements, work(now)))
        : transactions.write(
            [],
            (statements, now) => answered(statements, work(now)),
            kind === 'alone' ? 'alone' : 'copying',
          ),
    dataKey: () => transactions.read([], (statements) => seals.dataKey(statements)),
    adoptDataKey: (sealer) =>
      transactions.write([], (statements, now) => seals.adopt(statements, sealer, now), 'copying'),
  };
}
