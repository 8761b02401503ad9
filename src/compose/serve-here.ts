import { hostname } from 'node:os';
import { WactlError } from '../errors.ts';
import type { ServeFlags, Serving } from '../context.ts';
import type { Io } from '../ports/io.ts';
import type { Wactl } from '../ports/wactl.ts';
import { advertisedIn } from '../domain/advertised.ts';
import { startServing } from '../api/serve.ts';
import type { ServeParts } from '../api/serve.ts';
import type { openStore } from '../store/open-store.ts';
import type { CommandSettings } from '../settings/command-settings.ts';
import { inheritedSockets } from '../systemd/inherited-sockets.ts';
import { serviceManager } from '../systemd/service-manager.ts';
import { deliverLeftEvents } from '../webhooks/left-deliveries.ts';
import type { LeftDeliveriesParts } from '../webhooks/left-deliveries.ts';
import { systemClock } from './system-clock.ts';

/** Facts that only the process knows. */
type Surroundings = {
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly version: string;
  /** Of Node.js: "20.20.0". */
  readonly nodeVersion: string;
  readonly openFiles: () => number | undefined;
  readonly monotonicMicros: () => bigint;
  readonly onReload: (listener: () => void) => void;
};

export type ServeHereParts = Pick<ServeParts, 'engine' | 'onAttempt' | 'onDropped' | 'onEngineError'> & {
  readonly wactl: Wactl;
  readonly store: ReturnType<typeof openStore>;
  readonly holding: Pick<ServeParts, 'holder' | 'own' | 'ownApi' | 'overview' | 'beforeEnd'> & {
    readonly left: Omit<LeftDeliveriesParts, 'held' | 'clock' | 'signal' | 'warn'>;
  };
  readonly settings: CommandSettings;
};

/** Serves the sessions of this machine, and tells the service manager how that is going. */
export async function serveHere(
  around: Surroundings,
  { wactl, store, holding, settings, engine, onAttempt, onDropped, onEngineError }: ServeHereParts,
  { onEvent, log, page, ...flags }: ServeFlags,
): Promise<Serving> {
  const { io, signal, env, pid } = around;
  const { left, ...held } = holding;
  const warn = (sentence: string): void => io.warn(sentence);
  const assertWritable = (): Promise<void> => store.assertWritable();
  const serving = await startServing(
    {
      wactl,
      records: store,
      assertWritable,
      tokens: store.tokens,
      eventMark: store.eventMark,
      hosts: store.hosts,
      machine: hostname(),
      news: store.news,
      ...held,
      onAttempt,
      onDropped,
      waiting: () => store.outbox.waiting(),
      onEngineError,
      clock: systemClock,
      signal,
      pid,
      engine,
      maxRetries: settings.maxRetries,
      defaults: () => settings,
      qrDataUrl: (payload) => io.qrDataUrl(payload),
      version: around.version,
      nodeVersion: around.nodeVersion,
      openFiles: around.openFiles(),
      log,
      ...(page && {
        page: async () => (await import('../page/dashboard.ts')).dashboard,
        docs: async () => (await import('../page/docs-page.ts')).apiDocs,
      }),
      warn,
      onEvent: (id, event) => {
        if (event.kind !== 'released') onEvent(id, event);
      },
    },
    {
      ...flags,
      advertised: flags.advertised ?? advertisedIn(env),
      inherited: inheritedSockets(env, pid),
      token: env['WACTL_TOKEN'] || undefined,
    },
  );
  const leftDelivered = deliverLeftEvents({
    ...left,
    held: () => held.holder.heldStatuses(),
    clock: systemClock,
    signal,
    warn,
  });
  const manager = serviceManager({
    env,
    pid,
    clock: systemClock,
    monotonicMicros: around.monotonicMicros,
    check: () => isWorthKeeping(assertWritable),
    warn,
  });
  const status = `serving at ${serving.urls.join(', ')}`;
  const reload = async (): Promise<void> => {
    manager.reloading();
    try {
      settings.table.list();
      await serving.reload();
      log.line('info', 'reloaded');
    } catch (error) {
      log.line(
        'error',
        `not reloaded, what was read before is used: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    manager.ready(status);
  };
  around.onReload(() => void reload());
  signal.addEventListener('abort', () => manager.stopping(), { once: true });
  manager.ready(status);
  return {
    ...serving,
    ended: Promise.all([serving.ended, leftDelivered]).then(() => manager.end()),
  };
}

/** While another process holds the database, a restart would help nobody. */
async function isWorthKeeping(assertWritable: () => Promise<void>): Promise<void> {
  await assertWritable().catch((error: unknown) => {
    if (!(error instanceof WactlError) || error.code !== 'store_locked') throw error;
  });
}
