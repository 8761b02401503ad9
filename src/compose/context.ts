// Its `promises` are loaded when they are needed.
import fs from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Watch } from '../background.ts';
import type { Context } from '../context.ts';
import type { Io } from '../ports/io.ts';
import type { WebhookControlParts } from '../webhooks/webhook-control.ts';
import type { GlobalFlags } from '../program.ts';
import { doesSocketAnswer } from '../api/socket-there.ts';
import { wactlHere } from '../app/here.ts';
import { heldElsewhere, heldStatuses } from '../holder/held-statuses.ts';
import { keySources } from '../keys/key-sources.ts';
import { checkAnywhere } from './check-anywhere.ts';
import { createEngine } from './engine.ts';
import { globalWebhookOf } from './global-webhook.ts';
import { lifetimeUntil } from './lifetime.ts';
import { openSessions } from './open-sessions.ts';
import { keyForChild, keyOptions, withoutKeys } from './process-keys.ts';
import { remoteContext } from './remote-context.ts';
import { systemClock } from './system-clock.ts';
import { parseWebhookSecret } from '../domain/webhook.ts';
import type { OpenProxy } from '../domain/proxy.ts';
import { Turns } from '../domain/turns.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';
import type { Endpoint, Session } from '../domain/session.ts';
import { assertPrivate } from '../settings/assert-private.ts';
import { commandSettings } from '../settings/command-settings.ts';
import type { CommandSettings } from '../settings/command-settings.ts';
import { configDirectory } from '../settings/config-directory.ts';
import { openSettings } from '../settings/open-settings.ts';
import { versionCache } from '../settings/version-cache.ts';
import type { DeliveryAttempt } from '../domain/delivery.ts';

/** Facts that only the process knows. */
export type Surroundings = {
  readonly flags: GlobalFlags;
  /** How long the command may take, if it has a limit. */
  readonly timeoutMs: number | undefined;
  readonly io: Io;
  readonly signal: AbortSignal;
  /** Whether the command is `doctor`. */
  readonly isDoctor: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The words after "wactl". */
  readonly args: readonly string[];
  readonly pid: number;
  /** The user's id; undefined on systems where files have no numeric owner. */
  readonly uid: number | undefined;
  /** Of this program. */
  readonly version: string;
  /** Of Node.js: "20.20.0". */
  readonly nodeVersion: string;
  /** Whether there is a process with this pid. */
  readonly isRunning: (pid: number) => boolean;
  readonly rssBytes: () => number;
  readonly uptimeSeconds: () => number;
  /** The time of CLOCK_MONOTONIC, in microseconds. */
  readonly monotonicMicros: () => bigint;
  /** How many files and sockets the process may have open; undefined when unknown. */
  readonly openFiles: () => number | undefined;
  readonly background: Context['background'];
  /** Starts wactl in the background; resolves to its pid once `isEnough` accepts its stdout. */
  readonly start: (args: readonly string[], watch: Watch) => Promise<number>;
  /** Calls the listener at each SIGHUP, which no longer ends the process; not where a terminal has it, whose end it is. */
  readonly onReload: (listener: () => void) => void;
  /** Calls `end` when the command has ended, in reverse order. */
  readonly atEnd: (end: () => Promise<void>) => void;
};

/** What commands work on. Nothing expensive is loaded and no file is read before a command asks for it. */
export function createContext(around: Surroundings): Context {
  const directory = configDirectory(around.flags.configDir, around.env);
  // It tells what it finds there, and changes nothing unasked.
  if (!around.isDoctor)
    assertPrivate(directory, { uid: around.uid, warn: (sentence) => around.io.warn(sentence) });
  const here = contextOf(around, directory, commandSettings(openSettings({ directory, env: around.env })));
  // An empty flag is a mistake; it must not make the command act on this machine's sessions.
  const server = around.flags.server ?? (around.env['WACTL_SERVER'] || undefined);
  if (server === undefined) return here;
  const token = around.env['WACTL_TOKEN'] || undefined;
  return remoteContext(here, {
    server,
    token,
    allowInsecure: around.flags.insecureServer ?? false,
    timeoutMs: around.timeoutMs,
  });
}

function contextOf(around: Surroundings, directory: string, settings: CommandSettings): Context {
  const { io, signal } = around;
  const keys = once(() => Promise.resolve(keySources(keyOptions(around, directory))));
  const store = once(async () => {
    const monotonicMs = (): number => Number(around.monotonicMicros()) / 1_000;
    const parts = { directory, keys: await keys(), process: around, monotonicMs };
    const opened = await openSessions(settings.store, parts);
    around.atEnd(() => opened.close());
    return opened;
  });
  /** The store with its key at hand: a pairing that could not be stored would be lost. */
  const unlocked = once(async () => {
    const opened = await store();
    await opened.unlock();
    return opened;
  });
  const engineErrors = new Set<() => void>();
  /** Frames of all sessions, and deliveries. */
  const turns = new Turns();
  let prepared = Promise.resolve();
  const whatsapp = once(async () => {
    // The version is asked for first: loading the engine blocks this process, and the answer comes meanwhile.
    await prepared;
    const engine = import('../whatsapp/create-whatsapp.ts');
    const onError = (): void => {
      for (const listener of engineErrors) listener();
    };
    await unlocked();
    const parts = { onError, versions: await versions(), turns };
    return createEngine(await engine, around, settings, parts);
  });
  const versions = once(async () => {
    const { clientVersions } = await import('../whatsapp/client-version.ts');
    return clientVersions({ set: settings.whatsappVersion ?? undefined, cache: versionCache(directory) });
  });
  const engine = async (session?: Pick<Session, 'endpoint'>) => {
    const { engineInfo } = await import('../whatsapp/engine-info.ts');
    const info = engineInfo((await versions()).of(session ?? { endpoint: null }));
    return { ...info, uptimeSeconds: around.uptimeSeconds(), rssBytes: around.rssBytes() };
  };
  const openProxy: OpenProxy = async (proxy, ends) => {
    const { createProxy } = await import('../whatsapp/proxy.ts');
    return createProxy(proxy, false, ends).dispatcher;
  };
  const warn = (sentence: string): void => io.warn(sentence);
  const globalWebhook = globalWebhookOf(settings, warn);
  const attempts = new Set<(attempt: DeliveryAttempt) => void>();
  const drops = new Set<(count: number) => void>();
  const webhooksOf = async (holder: WebhookControlParts['holder']): Promise<WebhookControl> => {
    const { webhookControl } = await import('../webhooks/webhook-control.ts');
    const { outbox } = await store();
    return webhookControl({ outbox, globalWebhook, holder, clock: systemClock, openProxy, warn });
  };
  let isHolding = false;
  const holding = once(async () => {
    isHolding = true;
    const [{ holdHere, watchedOutbox, webhooksWhenNeeded }, opened] = await Promise.all([
      import('./holding.ts'),
      store(),
    ]);
    const outbox = watchedOutbox(opened.outbox, (attempt) => {
      attempts.forEach((listener) => listener(attempt));
    });
    const webhooks = webhooksWhenNeeded({
      outbox,
      sessions: opened,
      claims: opened.claims,
      globalWebhook,
      clock: systemClock,
      turns,
      openProxy,
      warn,
      onDropped: (count) => drops.forEach((listener) => listener(count)),
      qrDataUrl: (payload) => io.qrDataUrl(payload),
    });
    const lifetime = lifetimeUntil(signal);
    const { end, ...held } = holdHere({
      store: opened,
      leases: opened.leases,
      overviews: opened.overviews,
      hosts: opened.hosts,
      observer: webhooks,
      whatsapp,
      clock: systemClock,
      pid: around.pid,
      lifetime: lifetime.signal,
      warn,
      directory,
      temporary: () => temporary(around),
      platform: platform(),
      engine,
      beforePairing: (session) => {
        prepared = versions()
          .then((all) => all.prepare(session))
          .catch(() => undefined);
      },
      webhooks: (holder) => webhooksOf(() => Promise.resolve(holder)),
      settings: () => settings,
    });
    around.atEnd(end);
    const left = { outbox, leases: opened.leases, deliverLeft: webhooks.deliverLeft };
    return { ...held, left, beforeEnd: lifetime.beforeEnd };
  });
  const holder = async () => (await holding()).holder;
  const leases = async () => (await store()).leases;
  const check = checkAnywhere({ leases, clock: systemClock, holder, isHolding: () => isHolding });
  // Imported at the top: the use cases are in the file that every command loads (.config/shared-chunk.js).
  const wactl = wactlHere({
    records: store,
    holder,
    check,
    heldStatuses: async () => heldStatuses(await (await leases()).leases(), doesSocketAnswer),
    elsewhere: async () => heldElsewhere(await (await leases()).leases()),
    hosts: async () => (await store()).hosts,
    isLeased: async (id) => (await (await leases()).leaseOf(id)) !== undefined,
    webhooks: () => webhooksOf(holder),
    engine,
    clock: systemClock,
  });
  return {
    io,
    clock: systemClock,
    signal,
    settings,
    args: around.args,
    pid: around.pid,
    server: null,
    webhookSecret() {
      const text = around.env['WACTL_WEBHOOK_SECRET'];
      return text ? parseWebhookSecret(text.trim()) : null;
    },
    exportPassphrase: () => around.env['WACTL_EXPORT_PASSPHRASE'] || null,
    wactl: () => Promise.resolve(wactl),
    async transfer() {
      const { filesHere } = await import('./files-here.ts');
      return filesHere({ store, holder, settings: settings.table });
    },
    tokens: async () => (await store()).tokens,
    storeCopies: async () => (await import('./copy-stores.ts')).storeCopiesHere(around, directory),
    serve: async (flags) =>
      (await import('./serve-here.ts')).serveHere(
        around,
        {
          wactl,
          store: await unlocked(),
          holding: await holding(),
          settings,
          engine,
          onAttempt: (listener) => attempts.add(listener),
          onDropped: (listener) => drops.add(listener),
          onEngineError: (listener) => engineErrors.add(listener),
        },
        flags,
      ),
    encryption: async () =>
      (await import('./encryption.ts')).encryptionHere({
        ownFile: join(directory, 'wactl.key'),
        uid: around.uid,
        keys: await keys(),
        newKeyringKey: async () => (await import('../keys/keyring-key.ts')).newKeyringKey(),
        store,
      }),
    doctor: async (options) =>
      (await import('./doctor.ts')).diagnose(around, { directory, settings, engine }, options),
    page: async ({ browse }) => (await import('./pairing-page.ts')).openPairingPage(around.env, browse),
    signPasskey: async (request) =>
      (await import('./passkey-signer.ts')).signHere(request, around.env, signal, () => temporary(around)),
    sandbox: async () =>
      (await import('../sandbox/sandbox-host.ts')).sandboxHost(signal, join(directory, 'sandboxes')),
    logs: async () => (await import('../terminal/log-lines.ts')).logsIn(join(directory, 'logs'), systemClock),
    scratch: (endpoint) => openScratch(around, endpoint),
    background: (args) => around.background([...args, '--config-dir', directory]),
    async detach(id, args, watch) {
      const log = join(directory, 'logs', `${id}.log`);
      const global = ['--json', '--detached', log, '--config-dir', directory];
      const verbose = around.flags.verbose ? ['--verbose'] : [];
      // What is wrong with the key is told here, and a person is asked here.
      await (await store()).unlock();
      const { flags, handed } = keyForChild(around, await keys());
      const all = [...args, ...global, ...verbose, ...flags];
      return { pid: await around.start(all, { ...watch, signal, handed }), log };
    },
  };
}

/** The same context on a directory of its own, with no setting but the endpoint. */
async function openScratch(around: Surroundings, endpoint: Endpoint) {
  const directory = await temporary(around);
  const ends: (() => Promise<void>)[] = [];
  const settings = { ...commandSettings(openSettings({ directory, env: {} })), endpoint };
  const cx = contextOf({ ...withoutKeys(around), atEnd: (end) => ends.push(end) }, directory, settings);
  return {
    cx,
    async end() {
      for (const end of ends.toReversed()) await end();
      await fs.promises.rm(directory, { recursive: true, force: true });
    },
  };
}

/** A private directory for files that must not outlive this process. */
async function temporary({ pid, isRunning }: Surroundings): Promise<string> {
  const { temporaryDirectory } = await import('./temporary-directory.ts');
  return temporaryDirectory({ root: tmpdir(), pid, isRunning });
}

/** Makes it at the first call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
