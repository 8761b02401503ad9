import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/store/open-store.ts';
import { Place } from '../support/cli-place.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { messageOutcome } from './message-outcome.ts';
import type { MessageOutcome } from './message-outcome.ts';
import { prepare } from './scenarios.ts';

export type MessageKills = {
  readonly kills: number;
  readonly sent: number;
} & MessageOutcome;

const mostAtOnce = 40;
const longestMs = 250;
const deliveredWithinMs = 60_000;

/**
 * Kills a `serve` at random moments while messages arrive, live and from the queue, often right
 * after one was acknowledged, and lets the last one finish. Every
 * message must have become one event.
 */
export async function killWhileMessagesArrive(seed: number, kills: number): Promise<MessageKills> {
  const random = seededRandom(seed);
  const place = await Place.make();
  const receiver = await startWebhookReceiver();
  try {
    await prepare(place, 'paired');
    const store = openStore({ directory: place.config });
    const webhook = { url: receiver.url, events: ['message'], secret: null, viaProxy: false } as const;
    await store.update('a', { webhook, wantsOnline: true });
    await store.close();
    const sent: string[] = [];
    const send = (): void => {
      const count = Math.ceil(random() * mostAtOnce);
      for (let at = 0; at < count; at += 1)
        sent.push(place.sandbox.sendText(jid(place), `message ${String(sent.length)}`));
    };
    for (let kill = 0; kill < kills; kill += 1) {
      const loggedIn = place.sandbox.waitFor('logged_in');
      const isQueued = random() < 0.5;
      if (isQueued) send();
      const running = place.start(['serve', '--listen', '0', '--json', '--quiet']);
      const acknowledged = place.sandbox.waitFor('delivered', ({ id }) => sent.includes(id));
      await loggedIn;
      if (!isQueued) await sleep(random() * longestMs);
      send();
      // Right after an acknowledgement, what has not been stored is lost.
      if (random() < 0.7) await acknowledged;
      await sleep(random() * random() * longestMs);
      running.kill('SIGKILL');
      await running.exited;
    }
    const last = place.start(['serve', '--listen', '0', '--json', '--quiet']);
    await place.sandbox.until(() => sent.every((id) => !isWaiting(place, id)));
    const until = Date.now() + deliveredWithinMs;
    while (messageOutcome(sent, receiver).lost.length > 0 && Date.now() < until) await sleep(100);
    last.kill('SIGTERM');
    await last.exited;
    return { kills, sent: sent.length, ...messageOutcome(sent, receiver) };
  } finally {
    await place.remove();
    await receiver.close();
  }
}

const jid = ({ sandbox }: Place): string => sandbox.devices[0]?.jid ?? '';

const isWaiting = ({ sandbox }: Place, id: string): boolean =>
  sandbox.devices.some(({ undelivered }) => undelivered.some(({ attrs }) => attrs['id'] === id));
