import { firstBox } from '../../src/domain/box.ts';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { WactlError } from '../../src/errors.ts';
import type { Session } from '../../src/domain/session.ts';
import { openStore } from '../../src/store/open-store.ts';
import { draftOf } from '../support/store-drafts.ts';
import { doDamage } from './damages.ts';
import type { Damage } from './damages.ts';
import { bodyOf, ids, keyIds, keyOf, textOf } from './fill.ts';
import type { Truth } from './fill.ts';

/** The child's task, in a file. */
export type DamageTask = {
  readonly closed: string;
  readonly open: string;
  readonly scratch: string;
  readonly damages: readonly Damage[];
};

type Store = ReturnType<typeof openStore>;
/** How a damaged store answered one question. */
export type Answers = { right: number; refused: number; readonly wrong: string[] };

const task = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as DamageTask & { truth: Truth };
const from = Number(process.argv[3]);
const truth = { ...task.truth, sessions: task.truth.sessions.map(revived) };

for (const [index, damage] of task.damages.entries()) {
  if (index < from) continue;
  process.stdout.write(`${JSON.stringify({ index })}\n`);
  const directory = join(task.scratch, String(index));
  mkdirSync(directory, { mode: 0o700 });
  const source = task[damage.state];
  for (const file of readdirSync(source)) copyFileSync(join(source, file), join(directory, file));
  doDamage(directory, damage);
  const answers: Answers = { right: 0, refused: 0, wrong: [] };
  try {
    await examine(directory, answers);
  } catch (error) {
    note(answers, 'open', error);
  }
  process.stdout.write(`${JSON.stringify({ index, answers })}\n`);
  rmSync(directory, { recursive: true, force: true });
}

async function examine(directory: string, answers: Answers): Promise<void> {
  const store = openStore({ directory, patienceMs: 100 });
  const ask = async (what: string, work: () => Promise<string | undefined>): Promise<void> => {
    try {
      const wrong = await work();
      if (wrong === undefined) answers.right += 1;
      else answers.wrong.push(`${what}: ${wrong}`);
    } catch (error) {
      note(answers, what, error);
    }
  };
  await ask('list', async () => {
    const { sessions, total } = await store.list({ page: 1, perPage: 100 });
    if (sessions.length !== ids.length || total !== ids.length) return `${String(sessions.length)} sessions`;
    return sessions.map((session) => wrongly(session, session.id)).find((wrong) => wrong !== undefined);
  });
  for (const id of ids) {
    await ask('get', async () => {
      const session = await store.get(id);
      return session ? wrongly(session, id) : 'absent';
    });
    await ask('prefix', async () =>
      (await store.idsWithPrefix(id, 1))[0] === id ? undefined : 'another id',
    );
    await ask('creds', async () => {
      const found = textOf(await store.readCreds(id));
      if (found === truth.creds[id]) return undefined;
      return found === null ? 'new identity' : 'wrong identity';
    });
    await ask('create', () => store.create(draftOf(id)).then(() => 'new identity', isTaken));
    await ask('keys', async () => {
      const found = await store.readKeys(id, 'session', keyIds);
      for (const [keyId, value] of found) if (textOf(value) !== keyOf(id, keyId)) return 'another key';
      const expected = truth.creds[id] === null ? 0 : keyIds.length;
      return found.size === expected ? undefined : 'key absent';
    });
    await ask('lease', async () => {
      await store.leases.leaseOf(id);
      const claim = {
        sessionId: id,
        leaseId: `new-${id}`,
        pid: 2,
        socketPath: '/x',
        status: 'connecting',
      } as const;
      await store.leases.acquire(claim, `lease-${id}`);
      return undefined;
    });
    await ask('outbox', () => drained(store, id));
  }
  await ask('leases', async () => void (await store.leases.leases()));
  await ask('due', async () => void (await store.outbox.due()));
  for (const id of ids) {
    await ask('remove', async () => {
      await store.remove(id, { evenLinked: true, deadLease: `new-${id}` });
      return (await store.get(id)) ? 'still there' : undefined;
    });
  }
  await store.close();
}

/** Takes every event, as a delivery worker does; each must come complete, at most once. */
async function drained(store: Store, id: string): Promise<string | undefined> {
  const { outbox } = store;
  const seen = new Set<string>();
  await outbox.list(firstBox(id), 10);
  for (let due = await outbox.next(firstBox(id)); due; due = await outbox.next(firstBox(id))) {
    if (seen.has(due.id)) return 'delivered twice';
    seen.add(due.id);
    const number = Number(due.id.slice(-1));
    if (due.body !== bodyOf(id, number)) return 'another body';
    await outbox.record(firstBox(id), due.id, { kind: 'delivered', url: 'http://127.0.0.1:1/' });
  }
  await outbox.receiver(firstBox(id));
  return undefined;
}

/** How a session differs from before; undefined when it does not, or is marked as damaged. */
function wrongly(session: Session, id: string): string | undefined {
  if (session.damaged) return undefined;
  const was = truth.sessions.find((one) => one.id === id);
  // Other steps here change that time.
  const isSame = was && isDeepStrictEqual({ ...session, updatedAt: was.updatedAt }, was);
  return isSame ? undefined : 'another record';
}

function isTaken(error: unknown): undefined {
  if (error instanceof WactlError && error.code === 'already_exists') return undefined;
  throw error;
}

function note(answers: Answers, what: string, error: unknown): void {
  if (error instanceof WactlError && error.exitStatus === 11) answers.refused += 1;
  else if (error instanceof WactlError) answers.wrong.push(`${what}: ${error.code}`);
  else answers.wrong.push(`${what}: bug: ${error instanceof Error ? error.message : String(error)}`);
}

function revived(session: Session): Session {
  const date = (value: unknown): unknown =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value;
  return Object.fromEntries(Object.entries(session).map(([key, value]) => [key, date(value)])) as Session;
}
