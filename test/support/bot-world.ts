import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import makeWASocket, { BufferJSON } from '@whiskeysockets/baileys';
import type { UserFacingSocketConfig, WASocket } from '@whiskeysockets/baileys';
import type { HeldSession, UseSessionOptions } from '../../src/bots/public.ts';
import { holdForProgram } from '../../src/compose/program-holding.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { openSessions } from '../../src/compose/open-sessions.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import type { OpenedStore } from '../../src/store/open-store.ts';
import { toBytes, toKeyChanges } from '../../src/credentials/credential-bytes.ts';
import { pairInStore } from './pair-in-store.ts';
import { memoryAuthState, pairByQr } from './sandbox-baileys.ts';
import { identity } from './store-drafts.ts';

const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
} as unknown as NonNullable<UserFacingSocketConfig['logger']>;

/**
 * A sandbox, a config directory with the paired session "shop", and programs that use it. Stock Baileys alone, not the engine, which
 * changes Baileys for the whole process.
 */
export class BotWorld {
  readonly sandbox: Sandbox;
  readonly directory: string;
  /** What the programs are told on stderr. */
  readonly warnings: string[] = [];
  readonly #address: string | null;
  readonly #held: HeldSession[] = [];

  private constructor(sandbox: Sandbox, directory: string, address: string | null) {
    this.sandbox = sandbox;
    this.directory = directory;
    this.#address = address;
  }

  /** `address`: of a PostgreSQL that has the sessions. */
  static async make(address: string | null = null): Promise<BotWorld> {
    const directory = await mkdtemp(join(tmpdir(), 'wactl-bots-'));
    const world = new BotWorld(await startSandbox(), directory, address);
    const endpoint = { url: world.sandbox.endpoint, rootKey: world.sandbox.rootKey };
    const auth = memoryAuthState();
    await pairByQr(world.sandbox, auth);
    const keys = [...auth.rows].flatMap(([name, text]) => {
      const [type = '', id = ''] = name.split(' ');
      return toKeyChanges({ [type]: { [id]: JSON.parse(text, BufferJSON.reviver) as never } });
    });
    await world.store(async (store) => {
      await store.create({ id: 'shop', name: null, webhook: null, proxy: null, endpoint });
      await pairInStore(store, 'shop', identity, { creds: toBytes(auth.creds), keys });
    });
    return world;
  }

  async remove(): Promise<void> {
    for (const session of this.#held) await session.close();
    await this.sandbox.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  get jid(): string {
    return this.sandbox.devices[0]?.jid ?? '';
  }

  /** Work on the store, as another process would do it. */
  async store<T>(work: (store: OpenedStore) => Promise<T>): Promise<T> {
    const { directory } = this;
    const facts = { directory, keys: ownFileKeys(directory), process: { version: '1.2.3', pid: 1 } };
    const store = await openSessions(this.#address, facts);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  async hold(options: UseSessionOptions = {}, id = 'shop'): Promise<HeldSession> {
    const session = await holdForProgram(
      id,
      { configDir: this.directory, ...options },
      {
        version: '1.2.3',
        env: this.#address === null ? {} : { WACTL_STORE: this.#address },
        pid: process.pid,
        uid: process.geteuid?.(),
        program: 'bot.js',
        baileysVersion: () => '7.0.0-rc14',
        isRunning: () => true,
        rssBytes: () => 1,
        uptimeSeconds: () => 1,
        warn: (sentence) => void this.warnings.push(sentence),
      },
    );
    this.#held.push(session);
    return session;
  }

  /** A socket of stock Baileys, which is not shown to wactl. */
  socket(session: HeldSession, make: typeof makeWASocket = makeWASocket): WASocket {
    const sock = make({ auth: session.state, waWebSocketUrl: this.sandbox.endpoint, logger: silentLogger });
    sock.ev.on('creds.update', () => void session.saveCreds());
    return sock;
  }

  watched(session: HeldSession, make: typeof makeWASocket = makeWASocket): WASocket {
    const sock = this.socket(session, make);
    session.watch(sock);
    return sock;
  }
}
