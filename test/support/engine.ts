import { afterEach, expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Close } from '../../src/domain/close.ts';
import type { Endpoint } from '../../src/domain/session.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import type { Connection, WhatsApp } from '../../src/ports/whatsapp.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';
import type { WhatsAppOptions } from '../../src/whatsapp/create-whatsapp.ts';
import { memoryStore } from './memory-store.ts';
import type { ConnectGoal } from '../../src/domain/connect-goal.ts';
import type { ConnectionEvent } from '../../src/domain/connection-event.ts';

type EventOf<K extends ConnectionEvent['kind']> = Extract<ConnectionEvent, { kind: K }>;

/** One connection of the engine, and its events. */
export type Followed = {
  readonly connection: Connection;
  readonly events: ConnectionEvent[];
  /** The next event of this kind, or the first one so far; rejects when the connection ends first. */
  readonly until: <K extends ConnectionEvent['kind']>(kind: K, nth?: number) => Promise<EventOf<K>>;
  /** Resolves as soon as the condition holds; it is checked again after each event. Rejects as `until` does. */
  readonly untilEvent: (condition: () => boolean) => Promise<void>;
  readonly closed: Promise<Close>;
};

type EngineOptions = WhatsAppOptions;

export type Engine = {
  readonly whatsapp: WhatsApp;
  readonly store: SessionStore;
  readonly connect: (goal: ConnectGoal, proxy?: string) => Followed;
  /** Another engine on the same store. */
  readonly again: (options: EngineOptions) => Engine;
  /** Pairs by QR, waits for the phone's first messages, and ends the connection. */
  readonly pair: () => Promise<void>;
};

export const sessionId = 'one';

const engineErrors: string[] = [];

/** The errors inside the engine in this test so far, for a test that expects some: they no longer fail it. */
export const takeEngineErrors = (): string[] => engineErrors.splice(0);

// An error inside Baileys fails the test (src/whatsapp/engine-errors.ts), even if no event is missing because of it.
afterEach(() => {
  const errors = takeEngineErrors();
  expect(errors, 'errors inside the engine').toEqual([]);
});

/** The real engine with a sandbox, on a store in memory with one session. */
export async function startEngine(sandbox: Sandbox, options: EngineOptions = {}): Promise<Engine> {
  const store = memoryStore();
  const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
  await store.create({ id: sessionId, name: null, webhook: null, proxy: null, endpoint });
  return engineOn(store, sandbox, endpoint, options);
}

function engineOn(store: SessionStore, sandbox: Sandbox, endpoint: Endpoint, options: EngineOptions): Engine {
  const whatsapp = createWhatsApp({
    onError: (message) => engineErrors.push(message),
    ...options,
  });
  const connect = (goal: ConnectGoal, proxy: string | null = null) =>
    follow((onEvent) =>
      whatsapp.connect({ session: { id: sessionId, proxy, endpoint }, goal, credentials: store }, onEvent),
    );
  const pair = async () => {
    const followed = connect({ kind: 'pair_by_qr' });
    sandbox.scan((await followed.until('qr')).payload);
    await followed.connection.synced;
    await followed.connection.close();
  };
  const again = (others: EngineOptions) => engineOn(store, sandbox, endpoint, others);
  return { whatsapp, store, connect, again, pair };
}

export function follow(open: (onEvent: (event: ConnectionEvent) => void) => Connection): Followed {
  const events: ConnectionEvent[] = [];
  const listeners = new Set<() => void>();
  const connection = open((event) => {
    events.push(event);
    for (const listener of listeners) listener();
  });
  const found = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const it = find();
        if (it === undefined) return;
        listeners.delete(look);
        resolve(it);
      };
      listeners.add(look);
      look();
      void connection.closed.then(
        (close) => reject(new Error(`closed before ${what}: ${close.reason}`)),
        reject,
      );
    });
  const until = <K extends ConnectionEvent['kind']>(kind: K, nth = 1): Promise<EventOf<K>> =>
    found(kind, () => events.filter((event): event is EventOf<K> => event.kind === kind)[nth - 1]);
  const untilEvent = async (condition: () => boolean): Promise<void> => {
    await found('what was awaited', () => condition() || undefined);
  };
  return { connection, events, until, untilEvent, closed: connection.closed };
}
