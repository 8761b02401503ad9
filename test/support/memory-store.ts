import {
  LeaseLostError,
  NotPairedError,
  SessionExistsError,
  SessionHeldError,
  SessionNotFoundError,
} from '../../src/errors.ts';
import {
  loggedInSession,
  newSession,
  patchedSession,
  provenSession,
  putSession,
  unpairedSession,
} from '../../src/domain/session-change.ts';
import type { DeliveryClaims } from '../../src/ports/delivery-claims.ts';
import type { Leases } from '../../src/ports/leases.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { AccessTokens } from '../../src/ports/tokens.ts';
import { foldForSearch, searchTextOf } from '../../src/domain/search.ts';
import type { EventSink, HeldSessions, KeyChange, SessionStore } from '../../src/ports/store.ts';
import { mayBeLinked } from '../../src/domain/session.ts';
import type { Session, SessionStatus } from '../../src/domain/session.ts';
import { memoryDeliveryClaims } from './memory-delivery-claims.ts';
import { memoryLeases } from './memory-leases.ts';
import { memoryOutbox } from './memory-outbox.ts';
import { memoryTokens } from './memory-tokens.ts';

type Kept = { session: Session; creds: Uint8Array | undefined; keys: Map<string, Uint8Array> };

/** A SessionStore in memory, as faithful as the contract suite can tell. */
export function memoryStore(now: () => Date = () => new Date()): SessionStore & {
  readonly outbox: Outbox;
  readonly leases: Leases;
  readonly tokens: AccessTokens;
  readonly claims: DeliveryClaims;
} {
  const kept = new Map<string, Kept>();
  let isOpen = true;

  // Like the real one: does the work at once, answers later, returns copies.
  const answer = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      if (!isOpen) throw new Error('the store is closed');
      resolve(structuredClone(work()));
    });
  const need = (id: string): Kept => {
    const found = kept.get(id);
    if (!found) throw new SessionNotFoundError(id);
    return found;
  };
  const changed = (id: string, session: Session): Session => (need(id).session = structuredClone(session));
  const {
    outbox,
    append,
    forget,
    waiting: waitingOf,
  } = memoryOutbox({ now, answer, hasSession: (id) => kept.has(id) });

  const {
    tokens,
    forget: forgetTokens,
    put: putTokens,
  } = memoryTokens({ now, answer, hasSession: (id) => kept.has(id) });
  const {
    leases,
    forget: forgetLease,
    isHeld,
    holds,
  } = memoryLeases({ now, answer, hasSession: (id) => kept.has(id) });

  const claims = memoryDeliveryClaims({ now, answer, hasSession: (id) => kept.has(id), isHeld });

  // Through the methods of the store, which a test may replace.
  const under = (leaseId: string): HeldSessions & EventSink => {
    const writing = <T>(id: string, write: () => Promise<T>): Promise<T> => {
      if (holds(leaseId, id)) return write();
      return answer(() => {
        need(id);
        throw new LeaseLostError(id);
      });
    };
    return {
      get: (id) => store.get(id),
      readCreds: (id) => store.readCreds(id),
      readKeys: (id, type, ids) => store.readKeys(id, type, ids),
      expectPairing: (id) => store.expectPairing(id),
      update: (id, patch) => writing(id, () => store.update(id, patch)),
      recordLogin: (id, identity) => writing(id, () => store.recordLogin(id, identity)),
      write: (id, change) => writing(id, () => store.write(id, change)),
      commitPairing: (id, credentials) => writing(id, () => store.commitPairing(id, credentials)),
      erase: (id, status, lastClose) => writing(id, () => store.erase(id, status, lastClose)),
      append: (box, url, events) => writing(box.sessionId, () => append(box, url, events)),
    };
  };

  const store: ReturnType<typeof memoryStore> = {
    outbox,
    leases,
    tokens,
    claims,
    create: (draft) =>
      answer(() => {
        const taken = kept.get(draft.id);
        if (taken) throw new SessionExistsError(taken.session);
        const session = structuredClone(newSession(draft, now()));
        kept.set(draft.id, { session, creds: undefined, keys: new Map() });
        return session;
      }),
    get: (id) => answer(() => kept.get(id)?.session),
    idsWithPrefix: (prefix, limit) =>
      answer(() =>
        [...kept.keys()]
          .filter((id) => id.startsWith(prefix))
          .sort()
          .slice(0, limit),
      ),
    list: ({ statuses = [], search = '', live = nothingLive, page, perPage }) =>
      answer(() => {
        const found = [...kept.values()]
          .map(({ session }) => ({ ...session, status: live.get(session.id) ?? session.status }))
          .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
          .filter((session) => searchTextOf(session).includes(foldForSearch(search)))
          .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
        return { sessions: found.slice((page - 1) * perPage, page * perPage), total: found.length };
      }),
    update: (id, patch) => answer(() => changed(id, patchedSession(need(id).session, patch, now()))),
    recordLogin: (id, identity) =>
      answer(() => changed(id, loggedInSession(need(id).session, identity, now()))),
    remove: (id, { evenLinked = false, deadLease } = {}) =>
      answer(() => {
        const found = kept.get(id);
        if (!found || (mayBeLinked(found.session) && !evenLinked) || isHeld(id, deadLease)) return false;
        forget(id);
        forgetLease(id);
        forgetTokens(id);
        return kept.delete(id);
      }),
    readWhole: (id) =>
      answer(() => {
        const { session, creds, keys } = need(id);
        const all = [...keys].map(([name, value]) => {
          const [type, keyId] = JSON.parse(name) as [string, string];
          return { type, id: keyId, value };
        });
        const waiting = waitingOf(id);
        return {
          session,
          credentials: creds ? { creds, keys: all } : null,
          ...(waiting.length > 0 && { waiting }),
        };
      }),
    putWhole: (sessions, { replace = [], deadLeases = [], tokens: putToo = [] } = {}) =>
      answer(() => {
        const next = new Map(kept);
        for (const { session, credentials } of sessions) {
          const { id } = session;
          const taken = next.get(id);
          if (taken && !(replace.includes(id) && kept.get(id) === taken))
            throw new SessionExistsError(taken.session);
          if (taken && isHeld(id, ...deadLeases)) throw new SessionHeldError(id);
          next.set(id, {
            session: structuredClone(putSession(session, now())),
            creds: credentials?.creds,
            keys: withChanges(new Map(), credentials?.keys ?? []),
          });
        }
        for (const [id, put] of next) {
          if (kept.get(id) === put) continue;
          if (kept.has(id)) {
            forget(id);
            forgetLease(id);
            forgetTokens(id);
          }
          kept.set(id, put);
        }
        for (const { session, waiting = [] } of sessions)
          for (const { receiver, ...event } of waiting)
            void append({ sessionId: session.id, receiver }, '', [event]);
        putTokens(putToo);
      }),
    readCreds: (id) => answer(() => kept.get(id)?.creds),
    readKeys: (id, type, ids) =>
      answer(() => {
        const found = new Map<string, Uint8Array>();
        for (const keyId of ids) {
          const value = kept.get(id)?.keys.get(keyName({ type, id: keyId }));
          if (value) found.set(keyId, value);
        }
        return found;
      }),
    write: (id, { creds, keys = [] }) =>
      answer(() => {
        const record = need(id);
        if (!mayBeLinked(record.session)) throw new NotPairedError(id);
        const nextKeys = withChanges(record.keys, keys);
        if (creds) record.creds = new Uint8Array(creds);
        record.keys = nextKeys;
      }),
    expectPairing: () => Promise.resolve(),
    commitPairing: (id, { creds, keys }) =>
      answer(() => {
        const session = provenSession(need(id).session, now());
        const nextKeys = withChanges(new Map(), keys);
        Object.assign(need(id), { creds: new Uint8Array(creds), keys: nextKeys });
        return changed(id, session);
      }),
    erase: (id, status, lastClose) =>
      answer(() => {
        Object.assign(need(id), { creds: undefined, keys: new Map() });
        return changed(id, unpairedSession(need(id).session, status, now(), lastClose));
      }),
    under,
    assertWritable: () => answer(() => undefined),
    close: () => {
      isOpen = false;
      return Promise.resolve();
    },
  };
  return store;
}

const keyName = ({ type, id }: Pick<KeyChange, 'type' | 'id'>): string => JSON.stringify([type, id]);

function withChanges(keys: Map<string, Uint8Array>, changes: readonly KeyChange[]): Map<string, Uint8Array> {
  const next = new Map(keys);
  for (const change of changes) {
    const { value } = change;
    if (value === null) next.delete(keyName(change));
    else next.set(keyName(change), new Uint8Array(value));
  }
  return next;
}

const nothingLive: ReadonlyMap<string, SessionStatus> = new Map();
