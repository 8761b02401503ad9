import { setTimeout as sleep } from 'node:timers/promises';
import { credsFromBytes, keyFromBytes } from '../../src/credentials/credential-bytes.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Device } from '../../src/sandbox/device.ts';
import { botScript, echoBot } from '../support/bot-script.ts';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { seededRandom } from '../support/seeded-random.ts';

export type BotKills = {
  readonly kills: number;
  readonly sent: number;
  /** What no life of the bot was given, although WhatsApp was told that it had arrived. */
  readonly unseen: readonly string[];
  /** Messages that the bot could not decrypt. */
  readonly undecrypted: number;
  /** Answers that the phones read, and could not. */
  readonly answers: number;
  readonly unread: readonly string[];
  /** Keys that WhatsApp gives out for the device, and the store does not have. */
  readonly lostKeys: readonly string[];
  /** Whether it still is the device that was paired. */
  readonly isSame: boolean;
  readonly maxConnections: number;
};

const sender = '15550104711';
const mostAtOnce = 6;
const longestMs = 600;
const settleMs = 60_000;

/** Kills a bot on stock Baileys at random moments, while it starts, receives and answers; lets the last one finish. */
export async function killBots(seed: number, kills: number): Promise<BotKills> {
  const random = seededRandom(seed);
  const place = await Place.make();
  try {
    const bot = await echoBot();
    await place.pair('shop');
    const device = deviceOf(place);
    const told = noticed(place);
    const identity = device.keys.identityKey.toString('hex');
    const sent: string[] = [];
    const seen = new Set<string>();
    const start = (): Running => place.script(bot, ['shop']);
    const look = ({ stdout }: Running): void => {
      for (const [, text = ''] of stdout.matchAll(/^message (.*)$/gm)) seen.add(text);
    };
    const send = (): void => {
      for (let left = Math.ceil(random() * mostAtOnce); left > 0; left -= 1) {
        const text = `message ${String(sent.length)}`;
        sent.push(text);
        place.sandbox.sendText(device.jid, text, random() < 0.5 ? place.sandbox.phone(sender) : undefined);
      }
    };
    for (let kill = 0; kill < kills; kill += 1) {
      const isEarly = random() < 0.2;
      if (random() < 0.5) send();
      const running = start();
      if (isEarly) await sleep(random() * longestMs * 3);
      else await running.waitFor(() => running.stdout.includes('online\n'));
      send();
      await sleep(random() * longestMs);
      running.kill('SIGKILL');
      look(await running.exited.then(() => running));
    }
    const last = start();
    await last.waitFor(() => last.stdout.includes('online\n'));
    const until = Date.now() + settleMs;
    // An answer that was cut off is not sent again: only what was not seen is waited for.
    while ((device.undelivered.length > 0 || sent.some((text) => !seen.has(text))) && Date.now() < until) {
      look(last);
      await sleep(100);
    }
    last.kill('SIGTERM');
    look(await last.exited.then(() => last));
    return {
      kills,
      sent: sent.length,
      unseen: sent.filter((text) => !seen.has(text)),
      undecrypted: told.retries,
      answers: told.read.size,
      unread: told.unread,
      lostKeys: await lostKeys(place, device),
      isSame:
        deviceOf(place).keys.identityKey.toString('hex') === identity && place.sandbox.devices.length === 1,
      maxConnections: device.maxConnections,
    };
  } finally {
    await place.remove();
  }
}

function deviceOf(place: Place): Device {
  const [device] = place.sandbox.devices;
  if (!device) throw new Error('the phone lists no device');
  return device;
}

/** What phones and server notice, of all events: the sandbox keeps only the last ones. */
function noticed({ sandbox }: Place): {
  retries: number;
  readonly read: Set<string>;
  readonly unread: string[];
} {
  const told = { retries: 0, read: new Set<string>(), unread: [] as string[] };
  sandbox.events.on((event) => {
    if (event.kind === 'receipt' && event.type === 'retry') told.retries += 1;
    if (event.kind === 'text_read') told.read.add(event.text);
    if (event.kind === 'text_unread') told.unread.push(event.reason);
  });
  return told;
}

/** Compares what the server hands out with what is stored. */
async function lostKeys(place: Place, device: Device): Promise<string[]> {
  const store = openStore({ directory: place.config });
  try {
    const creds = credsFromBytes((await store.readCreds('shop')) ?? new Uint8Array());
    const ids = [...device.preKeys.keys()].map(String);
    const rows = await store.readKeys('shop', 'pre-key', ids);
    const lost = [...device.preKeys].flatMap(([id, publicKey]) => {
      const row = rows.get(String(id));
      return row && publicKey.equals(keyFromBytes('pre-key', row).public) ? [] : [`pre-key ${String(id)}`];
    });
    const { signedPreKey, identityKey } = device.keys;
    if (!signedPreKey.publicKey.equals(creds.signedPreKey.keyPair.public)) lost.push('signed pre-key');
    if (!identityKey.equals(creds.signedIdentityKey.public)) lost.push('identity key');
    return lost;
  } finally {
    await store.close();
  }
}

const mostHeadStartMs = 200;

export type BotRaces = {
  readonly rounds: number;
  readonly wonByBot: number;
  readonly wonByConnect: number;
  readonly neither: number;
  readonly maxConnections: number;
};

const racer = `
  import makeWASocket from '@whiskeysockets/baileys';
  import { useSession } from 'wactl/baileys';
  const session = await useSession('shop').catch(({ code }) => { console.log('refused', code); process.exit(0); });
  const sock = makeWASocket({ auth: session.state, waWebSocketUrl: session.endpoint.url });
  session.watch(sock);
  sock.ev.on('creds.update', session.saveCreds);
  sock.ev.on('connection.update', ({ connection }) => connection === 'open' && console.log('online'));
`;

/** Starts a bot and `wactl connect` at once, many times: exactly one of them comes online. */
export async function raceBots(seed: number, rounds: number): Promise<BotRaces> {
  const random = seededRandom(seed);
  const place = await Place.make();
  const won = { bot: 0, connect: 0 };
  try {
    const bot = await botScript('racer.js', racer);
    await place.pair('shop');
    const device = deviceOf(place);
    // How much earlier the bot starts: whoever won gets less of it, so that the two meet however fast this machine is.
    let headStartMs = 0;
    for (let round = 0; round < rounds; round += 1) {
      const connecting = headStartMs < 0 ? place.start(['connect', 'shop', '--json']) : undefined;
      if (headStartMs < 0) await sleep(-headStartMs);
      const running = place.script(bot);
      if (headStartMs > 0) await sleep(headStartMs);
      const other = connecting ?? place.start(['connect', 'shop', '--json']);
      const botIsOnline = (): boolean => running.stdout.includes('online\n');
      const connectIsOnline = (): boolean => /"status":"logged_in"/.test(other.stdout) && other.isRunning;
      // The one that has it is online, and the other one knows that it has not.
      const isOver = (): boolean =>
        botIsOnline() ? !other.isRunning : connectIsOnline() && running.stdout.includes('refused');
      const until = Date.now() + 30_000;
      while (!isOver() && Date.now() < until) await sleep(20);
      if (botIsOnline() && !connectIsOnline()) won.bot += 1;
      else if (connectIsOnline() && !botIsOnline()) won.connect += 1;
      headStartMs += random() * mostHeadStartMs * (botIsOnline() ? -1 : 1);
      for (const one of [running, other]) {
        one.kill('SIGKILL');
        await one.exited;
      }
    }
    const neither = rounds - won.bot - won.connect;
    return {
      rounds,
      wonByBot: won.bot,
      wonByConnect: won.connect,
      neither,
      maxConnections: device.maxConnections,
    };
  } finally {
    await place.remove();
  }
}
