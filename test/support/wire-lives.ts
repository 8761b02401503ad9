import type { WASocket } from '@whiskeysockets/baileys';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Said } from '../../src/sandbox/connection.ts';
import { startEngine } from './engine.ts';
import {
  checkSignaturesStrictly,
  closeCode,
  connectBaileys,
  disconnect,
  memoryAuthState,
  nextQr,
  opened,
  pairByQr,
} from './sandbox-baileys.ts';
import { labelsOf } from './wire-labels.ts';

/** The messages of a scene, in order: "> " by the client, "< " by the server. */
export type Scene = { readonly name: string; readonly lines: readonly string[] };

/** A client's part in each scene. Each ends with its connections closed. */
type Actor = {
  readonly createByQr: () => Promise<void>;
  readonly createByCode: (phone: string) => Promise<void>;
  readonly login: () => Promise<void>;
  readonly status: () => Promise<void>;
  readonly connect: () => Promise<void>;
  readonly logout: () => Promise<void>;
};

type Stage = {
  readonly sandbox: Sandbox;
  /** Resolves when neither side sends anything more. */
  readonly quiet: () => Promise<void>;
};

const device = '15550100001:1';
const codePhone = '15550100002';

const quietTurns = 6;
const turnMs = 100;

/** Plays the life of a session with its own sandbox, and records the messages. */
export async function traceLife(makeActor: (stage: Stage) => Promise<Actor>): Promise<Scene[]> {
  let lines: string[] = [];
  const onSaid = (said: Said): void => {
    lines.push(...labelsOf(said).map((label) => `${said.from === 'client' ? '>' : '<'} ${label}`));
  };
  const sandbox = await startSandbox({ onSaid, seed: 'trace' });
  // No event marks the end of the messages. So it counts as quiet when this many turns of the event loop bring nothing;
  // timers and sockets have both had their turns then, however slow the machine is.
  const quiet = async (): Promise<void> => {
    for (
      let turns = 0, known = lines.length;
      turns < quietTurns;
      turns = known === lines.length ? turns + 1 : 0
    ) {
      known = lines.length;
      await sleep(turnMs);
    }
  };
  const scenes: Scene[] = [];
  const play = async (name: string, act: () => Promise<void>): Promise<void> => {
    lines = [];
    await act();
    await sandbox.until(() => sandbox.openConnections === 0);
    scenes.push({ name, lines });
  };
  try {
    const actor = await makeActor({ sandbox, quiet });
    await play('create by QR', actor.createByQr);
    await play('create by code', () => actor.createByCode(codePhone));
    await play('login', actor.login);
    await play('status', actor.status);
    sandbox.sendText(device, 'sent while nobody was there');
    await play('connect with messages', actor.connect);
    await play('logout', actor.logout);
    return scenes;
  } finally {
    await sandbox.close();
  }
}

/** A contact writes twice; resolves when both messages have arrived. */
async function twoMessages({ sandbox, quiet }: Stage): Promise<void> {
  sandbox.sendText(device, 'one');
  sandbox.sendText(device, 'two');
  await sandbox.until(() => sandbox.device(device)?.undelivered.length === 0);
  await quiet();
}

/** The engine of wactl, as commands use it. */
export async function wactl(stage: Stage): Promise<Actor> {
  const { sandbox, quiet } = stage;
  const [byQr, byCode] = [await startEngine(sandbox), await startEngine(sandbox)];
  const whenLoggedIn = async (
    { until, connection }: ReturnType<typeof byQr.connect>,
    work: () => Promise<void>,
  ): Promise<void> => {
    await until('logged_in');
    await work();
    await connection.close();
  };
  return {
    async createByQr() {
      const followed = byQr.connect({ kind: 'pair_by_qr' });
      sandbox.scan((await followed.until('qr')).payload);
      await whenLoggedIn(followed, quiet);
    },
    async createByCode(phone) {
      const followed = byCode.connect({ kind: 'pair_by_code', phone, pushNotification: true });
      await sandbox.enterCode(phone, (await followed.until('pair_code')).code);
      await whenLoggedIn(followed, quiet);
    },
    login: () => whenLoggedIn(byQr.connect({ kind: 'login' }), quiet),
    async status() {
      const followed = byQr.connect({ kind: 'login', passive: true });
      await whenLoggedIn(followed, async () => {
        await followed.connection.profile();
        await quiet();
      });
    },
    connect: () =>
      whenLoggedIn(byQr.connect({ kind: 'login' }), async () => {
        await quiet();
        await twoMessages(stage);
      }),
    async logout() {
      const followed = byQr.connect({ kind: 'login' });
      await followed.until('logged_in');
      await quiet();
      await followed.connection.logout();
    },
  };
}

/** Stock Baileys, used as in its example. */
export function stockBaileys(stage: Stage): Promise<Actor> {
  const { sandbox, quiet } = stage;
  const [byQr, byCode] = [memoryAuthState(), memoryAuthState()];
  checkSignaturesStrictly(sandbox.rootKey);
  const logIn = async (auth: typeof byQr): Promise<WASocket> => {
    const socket = connectBaileys(sandbox.endpoint, auth);
    await opened(socket);
    await quiet();
    return socket;
  };
  return Promise.resolve({
    async createByQr() {
      await pairByQr(sandbox, byQr);
      disconnect(await logIn(byQr));
    },
    async createByCode(phone) {
      const socket = connectBaileys(sandbox.endpoint, byCode);
      const closed = closeCode(socket);
      await nextQr(socket);
      const requested = sandbox.waitFor('code_requested');
      const code = await socket.requestPairingCode(phone);
      await requested;
      await sandbox.enterCode(phone, code);
      await closed;
      disconnect(await logIn(byCode));
    },
    login: async () => disconnect(await logIn(byQr)),
    async status() {
      const socket = await logIn(byQr);
      const jid = `${device.split(':')[0]}@s.whatsapp.net`;
      await socket.fetchStatus(jid);
      await socket.profilePictureUrl(jid, 'image');
      await socket.getBusinessProfile(jid);
      await quiet();
      disconnect(socket);
    },
    async connect() {
      const socket = await logIn(byQr);
      await twoMessages(stage);
      disconnect(socket);
    },
    async logout() {
      const socket = await logIn(byQr);
      const unlinked = sandbox.waitFor('unlinked');
      await socket.logout();
      await unlinked;
    },
  });
}
