import { firstBox } from '../../src/domain/box.ts';
// A separate process that works on a store: `node store-child.mjs '{"task": …}'`. Prints what it has done, line by
// line.
import { readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Turns } from '../../src/domain/turns.ts';
import { deliverLeftEvents } from '../../src/webhooks/left-deliveries.ts';
import { startWebhooks } from '../../src/webhooks/webhooks.ts';
import { systemClock } from '../../src/compose/system-clock.ts';
import { encryptionHere } from '../../src/compose/encryption.ts';
import { keySources } from '../../src/keys/key-sources.ts';
import type { Rekeying } from '../../src/ports/data-key.ts';
import type { LeaseClaim } from '../../src/ports/leases.ts';
import type { KeyChange } from '../../src/ports/store.ts';
import { Sealer } from '../../src/store/seal.ts';
import { openStore, openStoreWhenFree } from '../../src/store/open-store.ts';
import { openProxy } from './proxies.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import { appendEvents } from './append-events.ts';

/** The child's tasks, always on the store of `directory`. */
export type StoreTask = { readonly directory: string } & (
  | { readonly task: 'generations'; readonly id: string }
  | { readonly task: 'die_while_pairing' | 'die_while_writing'; readonly id: string; readonly atKey: number }
  | { readonly task: 'events'; readonly id: string; readonly from: number }
  | { readonly task: 'die_while_appending'; readonly id: string; readonly atEvent: number }
  | { readonly task: 'deliver' | 'deliver_and_release'; readonly id: string }
  /** What no process holds, until nothing is left. */
  | { readonly task: 'deliver_left' }
  | { readonly task: 'create_many'; readonly prefix: string; readonly count: number }
  | {
      readonly task: 'acquire_leases';
      readonly prefix: string;
      readonly count: number;
      /** The id of leases that may be replaced. */
      readonly dead?: string;
    }
  | { readonly task: 'die_holding'; readonly prefix: string }
  | { readonly task: 'hold_write_lock'; readonly id: string }
  | { readonly task: 'show_modes'; readonly umask: number }
  | { readonly task: 'rekey' }
  | { readonly task: 'die_sealing'; readonly atValue: number }
  | {
      readonly task: 'die_rekeying';
      readonly to: 'own_file' | 'passphrase';
      readonly at: 'before_choosing' | 'after_choosing' | 'before_settling' | 'after_settling';
    }
);

/** Keys of each generation that the tasks write. */
export const keysPerGeneration = 40;

/** Creds and keys that all name their generation, so that a mixture is noticed. */
export function generation(number: number): { creds: Uint8Array; keys: KeyChange[] } {
  const value = Buffer.from(`generation ${number}`);
  const keys = Array.from({ length: keysPerGeneration }, (_, index) => ({
    type: 'pre-key',
    id: `${index}`,
    value,
  }));
  return { creds: value, keys };
}

const identity = {
  phoneNumber: '15551234567',
  whatsappJid: '15551234567:1@s.whatsapp.net',
  lid: null,
  platform: 'android',
  pushName: null,
};

/** Written synchronously: a pipe keeps it even when the process is killed next. */
const say = (line: string): void => void writeSync(1, `${line}\n`);

const go = (): Promise<void> => new Promise((resolve) => process.stdin.once('data', () => resolve()));

/** The changes, in which reading one value kills this process in the middle of the transaction. */
const deadlyAt = (keys: KeyChange[], atKey: number): KeyChange[] =>
  keys.map((key, index) =>
    index !== atKey
      ? key
      : {
          ...key,
          get value(): Uint8Array | null {
            process.kill(process.pid, 'SIGKILL');
            return key.value;
          },
        },
  );

const die = (): void => void process.kill(process.pid, 'SIGKILL');

const hook = 'https://example.com/hook';

const eventOf = (number: number): OutboxEvent => ({
  id: `e${number}`,
  type: 'message',
  body: '{}',
  createdAt: new Date(),
  expiresAt: null,
});

const claim = (prefix: string, number: number): LeaseClaim => ({
  sessionId: `s-${number}`,
  leaseId: `${prefix}-${number}`,
  pid: process.pid,
  socketPath: `/run/${prefix}`,
  status: 'connecting',
});

/** The key of a store, whose changes can be watched. */
function encryptionOf(directory: string, passphrase?: string, watched?: (change: Rekeying) => Rekeying) {
  const ownFile = join(directory, 'wactl.key');
  const uid = process.geteuid?.();
  const none = { keyFile: undefined, credentialsDirectory: undefined, handed: undefined, ask: undefined };
  const keyring = () => Promise.reject(new Error('no keyring here'));
  const keys = keySources({ ...none, ownFile, uid, passphrase, keyring, warn: say, scryptCost: 10 });
  const store = openStore({ directory, keys });
  const parts = {
    unlock: () => store.unlock(),
    keyFacts: () => store.keyFacts(),
    rekey: (change: Rekeying) => store.rekey(watched ? watched(change) : change),
  };
  return encryptionHere({ ownFile, uid, keys, newKeyringKey: keyring, store: () => Promise.resolve(parts) });
}

async function perform(order: StoreTask): Promise<void> {
  if (order.task === 'die_sealing') {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this`.
    const { seal } = Sealer.prototype;
    let sealed = 0;
    Sealer.prototype.seal = function (this: Sealer, ...args) {
      if (sealed === order.atValue) die();
      sealed += 1;
      return seal.apply(this, args);
    };
    openStore({ directory: order.directory });
    say(`sealed ${sealed}`);
    return die();
  }
  if (order.task === 'rekey') {
    const encryption = encryptionOf(order.directory);
    for (;;) say(String((await encryption.change(null, true)).generation));
  }
  if (order.task === 'die_rekeying') {
    const dieAt = (at: typeof order.at): void => {
      if (order.at === at) die();
    };
    const encryption = encryptionOf(order.directory, 'secret', (change) => ({
      ...change,
      choose(current) {
        dieAt('before_choosing');
        const key = change.choose(current);
        dieAt('after_choosing');
        return key;
      },
      settle() {
        dieAt('before_settling');
        change.settle();
        dieAt('after_settling');
      },
    }));
    await encryption.change({ to: order.to }, true);
    return;
  }
  if (order.task === 'show_modes') process.umask(order.umask);
  if (order.task === 'create_many' || order.task === 'acquire_leases') {
    say('ready');
    await go();
  }
  const store = await openStoreWhenFree({ directory: order.directory });
  switch (order.task) {
    case 'generations':
      for (let number = 2; ; number++) {
        await store.write(order.id, generation(number));
        say(`${number}`);
      }
    case 'die_while_pairing': {
      const { creds, keys } = generation(1);
      await store.commitPairing(order.id, { creds, keys: deadlyAt(keys, order.atKey) });
      say('committed');
      return die();
    }
    case 'die_while_writing': {
      const { creds, keys } = generation(2);
      await store.write(order.id, { creds, keys: deadlyAt(keys, order.atKey) });
      say('committed');
      return die();
    }
    case 'events':
      for (let number = order.from; ; number++) {
        await appendEvents(store, firstBox(order.id), hook, [eventOf(number)]);
        say(`${number}`);
      }
    case 'die_while_appending': {
      const events = Array.from({ length: 7 }, (_, number) => ({
        ...eventOf(number),
        get body(): string {
          if (number === order.atEvent) die();
          return '{}';
        },
      }));
      await appendEvents(store, firstBox(order.id), hook, events);
      say('committed');
      return die();
    }
    case 'deliver':
    case 'deliver_and_release': {
      const { outbox } = store;
      const webhooks = startWebhooks({
        outbox,
        sessions: store,
        claims: store.claims,
        turns: new Turns(),
        clock: systemClock,
        openProxy,
        globalWebhook: () => null,
        warn: say,
      });
      webhooks.look(order.id);
      if (order.task === 'deliver') return;
      await webhooks.release(order.id);
      break;
    }
    case 'deliver_left': {
      const { outbox, leases, claims } = store;
      const webhooks = startWebhooks({
        outbox,
        sessions: store,
        claims,
        turns: new Turns(),
        clock: systemClock,
        openProxy,
        globalWebhook: () => null,
        warn: say,
      });
      const { deliverLeft } = webhooks;
      const stop = new AbortController();
      say('ready');
      await go();
      const delivering = deliverLeftEvents({
        outbox,
        leases,
        deliverLeft,
        held: () => Promise.resolve(new Map()),
        clock: systemClock,
        signal: stop.signal,
        warn: say,
      });
      while ((await outbox.waiting()).size > 0) await systemClock.sleep(50);
      stop.abort();
      await delivering;
      break;
    }
    case 'create_many':
      for (let number = 0; number < order.count; number++) {
        const id = `${order.prefix}-${number}`;
        await store.create({ id, name: null, webhook: null, proxy: null, endpoint: null });
        await store.expectPairing(id);
        await store.commitPairing(id, generation(number));
        await store.recordLogin(id, identity);
      }
      break;
    case 'acquire_leases':
      for (let number = 0; number < order.count; number++) {
        const { leaseId } = await store.leases.acquire(claim(order.prefix, number), order.dead);
        say(leaseId);
      }
      break;
    case 'die_holding':
      await store.leases.acquire(claim(order.prefix, 0));
      return die();
    case 'hold_write_lock': {
      const waitHere = {
        type: 't',
        id: '1',
        get value(): Uint8Array {
          say('locked');
          // Blocks in the middle of the transaction until it is killed.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
          return new Uint8Array(0);
        },
      };
      await store.write(order.id, { keys: [waitHere] });
      break;
    }
    case 'show_modes': {
      await store.create({ id: 'a', name: null, webhook: null, proxy: null, endpoint: null });
      const paths = ['.', ...readdirSync(order.directory)];
      const modes = paths.map((name) => [
        name,
        (statSync(join(order.directory, name)).mode & 0o777).toString(8),
      ]);
      say(JSON.stringify(Object.fromEntries(modes)));
    }
  }
  await store.close();
  process.stdin.destroy();
  say('done');
}

const order = process.argv[2];
if (order !== undefined) await perform(JSON.parse(order) as StoreTask);
