import type { SessionStore } from '../../ports/store.ts';
import { columns } from '../driver.ts';
import type { Database } from '../driver.ts';
import type { LeaseTable } from '../lease-table.ts';
import type { Seals } from '../seals.ts';
import type { Transactions } from '../transactions.ts';
import type { Asking, Question } from './asking.ts';
import type { CopyPlace } from './copy-place.ts';

type Parts = {
  readonly store: Pick<SessionStore, 'readWhole'>;
  readonly db: Database;
  readonly transactions: Transactions;
  readonly leases: LeaseTable;
  readonly seals: Seals;
};

/** An SQLite database as one side of a copy. */
export function sqlitePlace({ store, db, transactions, leases, seals }: Parts): CopyPlace {
  const answer = (question: Question) =>
    question.kind === 'leases' ? leases.all() : db[question.kind](question.sql, question.values);
  const answered = <T>(asking: Asking<T>): T => {
    let step = asking.next();
    while (!step.done) step = asking.next(answer(step.value));
    return step.value;
  };
  return {
    leases,
    readWhole: (id) => store.readWhole(id),
    table: (name) => name,
    select: columns,
    // Only one process writes at a time: each is alone.
    copying: (kind, work) =>
      kind === 'read'
        ? transactions.read((now) => answered(work(now)))
        : transactions.writeFrozen((now) => answered(work(now))),
    dataKey: () => transactions.read(() => seals.dataKey()),
    adoptDataKey: (sealer) => transactions.writeFrozen((now) => seals.adopt(sealer, now)),
  };
}
