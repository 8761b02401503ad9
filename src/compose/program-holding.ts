import { platform, tmpdir } from 'node:os';
import { assertConnectable } from '../domain/connectable.ts';
import { holderWords } from '../domain/held.ts';
import type { Held } from '../domain/held.ts';
import type { EngineRecord } from '../domain/engine.ts';
import { SessionNotFoundError, WactlError } from '../errors.ts';
import { ProgramSession } from '../bots/program-session.ts';
import type { HeldSession, UseSessionOptions } from '../bots/public.ts';
import { ProgramTask } from '../holder/program-task.ts';
import { routeToHolder } from '../holder/route-to-holder.ts';
import { SessionRegistry } from '../holder/session-registry.ts';
import type { TaskContext } from '../holder/task.ts';
import { isStopped } from '../is-stopped.ts';
import { peerSockets } from '../api/peer-sockets.ts';
import type { Holder } from '../ports/holder.ts';
import type { OpenProxy } from '../domain/proxy.ts';
import { Turns } from '../domain/turns.ts';
import { assertPrivate } from '../settings/assert-private.ts';
import { configDirectory } from '../settings/config-directory.ts';
import { keySources } from '../keys/key-sources.ts';
import type { OpenedStore } from '../store/open-store.ts';
import { webhooksWhenNeeded } from '../webhooks/webhooks-when-needed.ts';
import { commandSettings } from '../settings/command-settings.ts';
import type { CommandSettings } from '../settings/command-settings.ts';
import { openSettings } from '../settings/open-settings.ts';
import { globalWebhookOf } from './global-webhook.ts';
import { openSessions } from './open-sessions.ts';
import { apiOfOwn } from './own-api.ts';
import { keyOptions } from './process-keys.ts';
import { systemClock } from './system-clock.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Facts that only the process knows. */
export type ProgramFacts = {
  /** Of wactl. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly uid: number | undefined;
  /** "bot.js" */
  readonly program: string;
  /** Of the Baileys that the program has. */
  readonly baileysVersion: () => string;
  readonly isRunning: (pid: number) => boolean;
  readonly rssBytes: () => number;
  readonly uptimeSeconds: () => number;
  readonly warn: (sentence: string) => void;
};

const askAgainMs = 1_000;
const idPattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Takes a session for a program that connects it. */
export async function holdForProgram(
  id: string,
  { configDir, key, wait = false, signal = new AbortController().signal }: UseSessionOptions,
  facts: ProgramFacts,
): Promise<HeldSession> {
  if (!idPattern.test(id)) throw new SessionNotFoundError(id);
  const directory = configDirectory(configDir, facts.env);
  assertPrivate(directory, facts);
  const settings = commandSettings(openSettings({ directory, env: facts.env }));
  const keys = keysOf(facts, directory, key);
  const store = await openSessions(settings.store, { directory, keys, process: facts });
  try {
    const session = await store.get(id);
    if (!session) throw new SessionNotFoundError(id);
    assertConnectable(session);
    await store.unlock();
    const holding = holdingOf(store, facts, directory, settings);
    const until = wait === false ? 0 : wait === true ? Infinity : performance.now() + wait;
    return await take(id, holding, store, signal, until);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function keysOf({ env, uid, warn }: ProgramFacts, directory: string, key: UseSessionOptions['key']) {
  const none = { WACTL_KEY_FILE: undefined, WACTL_PASSPHRASE: undefined };
  const given = key && 'passphrase' in key ? { WACTL_PASSPHRASE: key.passphrase } : {};
  const flags = key && 'file' in key ? { keyFile: key.file } : {};
  const io = { canPrompt: false, secret: () => Promise.reject(new Error('nobody can be asked')), warn };
  return keySources(
    keyOptions({ env: key ? { ...env, ...none, ...given } : env, flags, io, uid }, directory),
  );
}

type Holding = { readonly own: SessionRegistry; readonly peers: ReturnType<typeof peerSockets> };

function holdingOf(
  store: OpenedStore,
  facts: ProgramFacts,
  directory: string,
  settings: CommandSettings,
): Holding {
  const { pid, program, warn } = facts;
  const openProxy: OpenProxy = async (proxy, ends) => {
    const { createProxy } = await import('../whatsapp/proxy.ts');
    return createProxy(proxy, false, ends).dispatcher;
  };
  const globalWebhook = globalWebhookOf(settings, warn);
  const observer = webhooksWhenNeeded({
    outbox: store.outbox,
    sessions: store,
    claims: store.claims,
    globalWebhook,
    clock: systemClock,
    turns: new Turns(),
    openProxy,
    warn,
  });
  const engine = (): Promise<EngineRecord> =>
    Promise.resolve({
      name: `Baileys of ${program}`,
      version: facts.baileysVersion(),
      whatsappVersion: 'of its own',
      whatsappVersionSource: 'program',
      whatsappVersionFetchedAt: null,
      uptimeSeconds: facts.uptimeSeconds(),
      rssBytes: facts.rssBytes(),
    });
  const webhooks = async (holder: Holder) => {
    const { webhookControl } = await import('../webhooks/webhook-control.ts');
    return webhookControl({
      outbox: store.outbox,
      globalWebhook,
      holder: () => Promise.resolve(holder),
      clock: systemClock,
      openProxy,
      warn,
    });
  };
  const parts = { store, leases: store.leases, clock: systemClock, pid, program, engine, observer, warn };
  const noSettings = () => ({ maxRetries: 0, webhook: null, proxy: null, endpoint: null });
  const peers = peerSockets({
    directory,
    platform: platform(),
    isStopped,
    isGuest: true,
    hosts: store.hosts,
    temporary: () => temporaryDirectory({ root: tmpdir(), pid, isRunning: facts.isRunning }),
    api: (local) => apiOfOwn({ ...parts, webhooks, settings: noSettings }, local),
  });
  const whatsapp = () =>
    Promise.resolve({
      connect: () => {
        throw new WactlError('internal', 'the program connects by itself');
      },
      refreshVersion: () => Promise.resolve(false),
    });
  return { own: new SessionRegistry({ ...parts, peers, whatsapp }), peers };
}

/** Waits for a session until that moment, as `performance.now()` tells it. */
async function take(
  id: string,
  { own, peers }: Holding,
  store: OpenedStore,
  signal: AbortSignal,
  until: number,
): Promise<HeldSession> {
  const parts = { own, peers, leases: store.leases, clock: systemClock };
  const route = (): Promise<Taken | null> =>
    routeToHolder<Taken | null>(parts, { id }, signal, {
      local: () => Promise.reject(new WactlError('in_use', `this process holds ${id} already`)),
      peer: (_, held) => Promise.reject(heldElsewhere(id, held)),
      async none(dead) {
        const session = await store.get(id);
        if (!session) throw new SessionNotFoundError(id);
        const task = new ProgramTask();
        const runner = own.take(session, task, new AbortController().signal, () => undefined, dead);
        const gone = runner.outcome;
        gone.catch(() => undefined);
        const begun = task.begun.then((context) => ({ value: { task, context, gone } }));
        return Promise.race([begun, gone.then(() => null)]);
      },
    });
  for (;;) {
    const taken = await route().catch(async (error: unknown) => {
      const isHeld = error instanceof WactlError && error.code === 'in_use';
      if (!isHeld || performance.now() >= until) throw error;
      await systemClock.sleep(askAgainMs, signal);
      return null;
    });
    if (!taken) continue;
    const end = async (): Promise<void> => {
      await peers.close();
      await store.close();
    };
    try {
      return await ProgramSession.open({ ...taken, end });
    } catch (error) {
      taken.task.end();
      await taken.gone.catch(() => undefined);
      await peers.close();
      throw error;
    }
  }
}

type Taken = { readonly task: ProgramTask; readonly context: TaskContext; readonly gone: Promise<unknown> };

const heldElsewhere = (id: string, held: Held): WactlError =>
  new WactlError(
    'in_use',
    `${holderWords(held)} holds ${id}`,
    `take it offline first: wactl disconnect ${id}`,
  );
