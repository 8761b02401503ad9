import { firstBox } from '../../src/domain/box.ts';
import type { Leases } from '../../src/ports/leases.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { KeyChange, SessionStore } from '../../src/ports/store.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import { appendEvents } from '../support/append-events.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

type Store = SessionStore & { readonly outbox: Outbox; readonly leases: Leases };

const ids = ['ada', 'bea', 'cyd', 'dot'];
const hook = 'http://127.0.0.1:1/hook';
const keyIds = Array.from({ length: 24 }, (_, at) => String(at));
const day = 86_400_000;

/** The clock of a step: most steps are a second apart; some jump by days, back and forth. */
export function clockOf(step: number): Date {
  const random = seededRandom(step ^ 0x5eed);
  const jump = random() < 0.1 ? Math.floor((random() - 0.5) * 4 * day) : 0;
  return new Date(Date.UTC(2026, 0, 1) + step * 1_000 + jump);
}

/**
 * One change of a store, the same for the same number and content: one transaction. Unless `isSingle`, of two writes of one
 * turn, which are one transaction too, one may fail alone.
 */
export async function performStep(store: Store, step: number, isSingle = false): Promise<void> {
  const random = seededRandom(step);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const id = pick(ids);
  const session = await store.get(id);
  if (!session) return void (await store.create(draftOf(id, draftRest(step))));
  const isPaired = session.paired || session.unconfirmed;
  const rename = () => store.update(id, { name: `step ${String(step)}` });
  const append = () => appendEvents(store, firstBox(id), hook, eventsOf(step));
  const write = () => store.write(id, { creds: credsOf(step), keys: keysOf(step, random) });
  const kinds: readonly (() => Promise<unknown>)[] = [
    rename,
    append,
    () => store.outbox.turnOn(firstBox(id), hook),
    () => finishFirst(store, id, step),
    isSingle
      ? rename
      : () => Promise.all(isPaired ? [rename(), write()] : [rename(), store.outbox.retryNow(firstBox(id))]),
    ...(isPaired
      ? [
          write,
          write,
          write,
          () => store.recordLogin(id, identity),
          () => store.erase(id, 'logged_out'),
          () => store.remove(id, { evenLinked: true }),
        ]
      : [
          () => store.commitPairing(id, { creds: credsOf(step), keys: allKeysOf(step) }),
          () => store.commitPairing(id, { creds: credsOf(step), keys: allKeysOf(step) }),
        ]),
  ];
  await pick(kinds)();
}

async function finishFirst(store: Store, id: string, step: number): Promise<void> {
  const { deliveries } = await store.outbox.list(firstBox(id), 1_000);
  const first = deliveries.find(({ state }) => state === 'pending');
  if (first)
    await store.outbox.record(firstBox(id), first.id, {
      kind: step % 3 ? 'delivered' : 'refused',
      url: hook,
      error: 'no',
    } as never);
}

const draftRest = (step: number) =>
  step % 2 === 0
    ? {
        proxy: `http://ada:secret-${String(step)}@127.0.0.1:1`,
        webhook: {
          url: hook,
          events: webhookEvents,
          secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
          viaProxy: false,
        },
      }
    : {};

const credsOf = (step: number): Uint8Array => Buffer.from(`creds of step ${String(step)} `.repeat(40));
const keyOf = (step: number, id: string): KeyChange => ({
  type: 'pre-key',
  id,
  value: Buffer.from(`key ${id} of step ${String(step)} `.repeat(4)),
});
const allKeysOf = (step: number): KeyChange[] => keyIds.map((id) => keyOf(step, id));
const keysOf = (step: number, random: () => number): KeyChange[] =>
  keyIds
    .filter(() => random() < 0.3)
    .map((id) => (random() < 0.2 ? { type: 'pre-key', id, value: null } : keyOf(step, id)));

const eventsOf = (step: number): OutboxEvent[] =>
  Array.from({ length: 1 + (step % 3) }, (_, at) => ({
    id: `event-${String(step)}-${String(at)}`,
    type: 'message',
    body: `{"step":${String(step)}}`,
    createdAt: clockOf(step),
    expiresAt: null,
  }));

/** Everything that a store says, as text; damaged values throw. */
export async function snapshot(store: Store): Promise<string> {
  const { sessions } = await store.list({ page: 1, perPage: 100 });
  const all = sessions.map(async ({ id }) => {
    const creds = await store.readCreds(id);
    const keys = await store.readKeys(id, 'pre-key', keyIds);
    const { deliveries, pending } = await store.outbox.list(firstBox(id), 1_000);
    return {
      session: await store.get(id),
      creds: creds && Buffer.from(creds).toString(),
      keys: [...keys].map(([key, value]) => `${key}: ${Buffer.from(value).toString()}`).sort(),
      waiting: deliveries.filter(({ state }) => state === 'pending').map((one) => one.id),
      pending,
    };
  });
  return JSON.stringify(await Promise.all(all), sorted, 1);
}

/** For JSON.stringify: the names of an object in one order. */
const sorted = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
