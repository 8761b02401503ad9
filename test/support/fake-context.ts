import type { Context } from '../../src/context.ts';
import type { SandboxControl } from '../../src/ports/sandbox.ts';
import type { Settings } from '../../src/ports/settings.ts';
import { wactlHere } from '../../src/app/here.ts';
import { transferHere } from '../../src/app/transfer-here.ts';
import { sessionFiles } from './session-files.ts';
import { WactlError } from '../../src/errors.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { Identity } from '../../src/domain/session.ts';
import type { WebhookControl } from '../../src/ports/webhook-control.ts';
import { FakeClock } from './fake-clock.ts';
import { fakeHolder } from './fake-holder.ts';
import { FakeIo } from './fake-io.ts';
import type { FakeIoFlags } from './fake-io.ts';
import { FakeSandboxHost } from './fake-sandbox.ts';
import { FakePortableSettings, fakeSettings } from './fake-settings.ts';
import { fakeWebhookControl } from './fake-webhook-control.ts';
import { somebody } from './fake-whatsapp.ts';
import { memoryStore } from './memory-store.ts';
import { pairInStore } from './pair-in-store.ts';
import { unexpected } from './unexpected.ts';
import type { Hosts } from '../../src/ports/hosts.ts';
import type { NewSession, SessionPatch } from '../../src/domain/session-change.ts';

/** The world of a command, as a test sees it. */
export type World = {
  readonly cx: Context;
  readonly io: FakeIo;
  readonly clock: FakeClock;
  readonly store: ReturnType<typeof memoryStore>;
  /** The settings file of backups. */
  readonly portable: FakePortableSettings;
  readonly interrupt: AbortController;
  readonly sandboxes: FakeSandboxHost;
  /** Creates a session; with a patch it is paired and patched. */
  readonly has: (
    draft: Partial<NewSession> & { id: string },
    paired?: SessionPatch,
    as?: Identity,
  ) => Promise<void>;
};

export type WorldParts = {
  readonly io?: FakeIoFlags;
  readonly settings?: Partial<Settings>;
  /** Only the methods that the test expects to be called. */
  readonly holder?: Partial<Holder>;
  /** The machines of sessions that are held elsewhere. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** Those that share the sessions. */
  readonly hosts?: Hosts;
  readonly sandbox?: Partial<SandboxControl>;
  /** In the environment. */
  readonly webhookSecret?: string;
  readonly exportPassphrase?: string;
  readonly webhooks?: Partial<WebhookControl>;
  readonly page?: Context['page'];
  readonly encryption?: Context['encryption'];
  readonly signPasskey?: Context['signPasskey'];
  readonly doctor?: Context['doctor'];
  readonly logs?: Context['logs'];
  readonly storeCopies?: Context['storeCopies'];
};

/** A Context on the use cases, a store in memory, a stopped clock, recording streams, and the parts from the test. */
export function world(parts: WorldParts = {}): World {
  const clock = new FakeClock();
  const store = memoryStore(() => clock.now());
  const io = new FakeIo(parts.io);
  const portable = new FakePortableSettings();
  const interrupt = new AbortController();
  const holder = fakeHolder(parts.holder);
  const sandboxes = new FakeSandboxHost(parts.sandbox);
  const wactl = wactlHere({
    records: () => Promise.resolve(store),
    holder: () => Promise.resolve(holder),
    check: (session, options) => holder.check(session, options),
    heldStatuses: () => holder.heldStatuses(),
    elsewhere: () => Promise.resolve(new Map(Object.entries(parts.elsewhere ?? {}))),
    hosts: () => Promise.resolve(parts.hosts),
    isLeased: () => Promise.resolve(true),
    webhooks: () => Promise.resolve(fakeWebhookControl(parts.webhooks)),
    engine: () =>
      Promise.resolve({
        name: 'fake',
        version: '1',
        whatsappVersion: '2.3000.1',
        whatsappVersionSource: 'bundled' as const,
        whatsappVersionFetchedAt: null,
        uptimeSeconds: 2,
        rssBytes: 3,
      }),
    clock,
  });
  const cx: Context = {
    io,
    clock,
    signal: interrupt.signal,
    settings: fakeSettings(parts.settings),
    args: [],
    pid: 4711,
    server: null,
    webhookSecret: () => parts.webhookSecret ?? null,
    exportPassphrase: () => parts.exportPassphrase ?? null,
    wactl: () => Promise.resolve(wactl),
    transfer: () =>
      Promise.resolve(
        transferHere({
          store: () => Promise.resolve(store),
          holder: () => Promise.resolve(holder),
          leaseOf: (id) => store.leases.leaseOf(id),
          tokens: () => Promise.resolve(store.tokens),
          settings: portable,
          keyFacts: () => Promise.resolve({ kind: 'file', generation: 1, since: clock.now() }),
          files: sessionFiles,
          clock,
        }),
      ),
    tokens: () => Promise.resolve(store.tokens),
    storeCopies: parts.storeCopies ?? (() => unexpected('storeCopies')),
    sandbox: () => Promise.resolve(sandboxes),
    encryption: parts.encryption ?? (() => unexpected('encryption')),
    serve: () => unexpected('serve'),
    doctor: parts.doctor ?? (() => unexpected('doctor')),
    page: parts.page ?? (() => unexpected('page')),
    signPasskey: parts.signPasskey ?? (() => unexpected('signPasskey')),
    logs: parts.logs ?? (() => unexpected('logs')),
    scratch: () => unexpected('scratch'),
    background: () => unexpected('background'),
    detach: () => unexpected('detach'),
  };
  return {
    cx,
    io,
    clock,
    store,
    portable,
    interrupt,
    sandboxes,
    async has(draft, paired, as = somebody) {
      await store.create({ name: null, webhook: null, proxy: null, endpoint: null, ...draft });
      if (!paired) return;
      await pairInStore(store, draft.id, as);
      await store.update(draft.id, paired);
    },
  };
}

/** The outcome of a finished command. */
export async function outcome(run: Promise<number | void>): Promise<number | string> {
  try {
    return (await run) ?? 0;
  } catch (error) {
    if (!(error instanceof WactlError)) throw error;
    return `${error.code} (${String(error.exitStatus)}): ${error.message}${error.hint === undefined ? '' : ` | ${error.hint}`}`;
  }
}
