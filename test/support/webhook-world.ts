import { firstBox } from '../../src/domain/box.ts';
import { Turns } from '../../src/domain/turns.ts';
import { webhooksWhenNeeded } from '../../src/webhooks/webhooks-when-needed.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import type { Webhook } from '../../src/domain/session.ts';
import type { EventSink } from '../../src/ports/store.ts';
import { appendEvents } from './append-events.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { memoryStore } from './memory-store.ts';
import { openProxy } from './proxies.ts';
import { startWebhookReceiver, webhookSecret } from './webhook-receiver.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';
import type { HolderEvent } from '../../src/domain/held.ts';
import type { AttemptOutcome } from '../../src/domain/delivery.ts';

/** Webhooks on a store in memory and a clock that the test moves, with a real receiver on this machine. */
export type WebhookWorld = {
  readonly clock: FakeClock;
  readonly store: ReturnType<typeof memoryStore>;
  /** Of that store, watched. */
  readonly outbox: Outbox;
  readonly receiver: WebhookReceiver;
  readonly webhooks: Omit<ReturnType<typeof webhooksWhenNeeded>, 'note'> & {
    readonly note: (sessionId: string, event: HolderEvent) => void;
  };
  readonly warnings: string[];
  /** What the settings give to every session. */
  globalWebhook: Webhook | null;
  /** Makes a session with this webhook. */
  readonly has: (id: string, webhook?: Partial<Webhook>, proxy?: string) => Promise<void>;
  /** Resolves with the outcome of the next attempt that was not returned yet, once its consequences have happened. */
  readonly outcome: () => Promise<AttemptOutcome>;
  readonly end: () => Promise<void>;
};

export async function webhookWorld(): Promise<WebhookWorld> {
  // The real time, because the verifying library compares with the machine's clock.
  const clock = new FakeClock(new Date().toISOString());
  const store = memoryStore(() => clock.now());
  const receiver = await startWebhookReceiver();
  const outcomes: AttemptOutcome[] = [];
  const waiting: (() => void)[] = [];
  let asked = 0;
  const outbox: Outbox = {
    ...store.outbox,
    async record(box, id, outcome) {
      await store.outbox.record(box, id, outcome);
      outcomes.push(outcome);
      waiting.shift()?.();
    },
  };
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const webhooks = webhooksWhenNeeded({
    outbox,
    sessions: store,
    claims: store.claims,
    globalWebhook: () => world.globalWebhook,
    clock,
    turns: new Turns(),
    openProxy,
    warn,
    qrDataUrl: (payload) => Promise.resolve(`data:image/png;base64,${btoa(payload)}`),
  });
  const held: EventSink = { append: (...args) => appendEvents(store, ...args) };
  const ids: string[] = [];
  const world: WebhookWorld = {
    globalWebhook: null,
    clock,
    store,
    outbox,
    receiver,
    webhooks: { ...webhooks, note: (sessionId, event) => webhooks.note(sessionId, event, held) },
    warnings,
    async has(id, webhook = {}, proxy) {
      const whole = {
        url: receiver.url,
        events: webhookEvents,
        secret: webhookSecret,
        viaProxy: false,
        ...webhook,
      };
      await store.create({ id, name: null, webhook: whole, proxy: proxy ?? null, endpoint: null });
      ids.push(id);
    },
    async outcome() {
      const index = asked++;
      if (!outcomes[index]) await new Promise<void>((resolve) => waiting.push(resolve));
      await settled();
      const outcome = outcomes[index];
      if (!outcome) throw new Error('no outcome');
      return outcome;
    },
    async end() {
      await Promise.all(ids.map((id) => webhooks.release(id, 0)).concat(clock.advance(0)));
      await receiver.close();
    },
  };
  return world;
}

/** A message event of the holder. */
export const messageEvent = (clock: FakeClock, text: string): HolderEvent => ({
  kind: 'message',
  message: { id: text, from: '15550001@s.whatsapp.net', pushName: null, at: clock.now(), text },
});

/** The text of a message that was delivered. */
export const textOf = ({ body }: { readonly body: string }): unknown =>
  (JSON.parse(body) as { data: { text?: unknown } }).data.text;

/** The texts of all messages that the receiver got. */
export const textsOf = ({ receiver }: WebhookWorld): unknown[] => receiver.received.map(textOf);

/** The state of each event of the session "a". */
export const statesOf = async ({ store }: WebhookWorld): Promise<string[]> =>
  (await store.outbox.list(firstBox('a'), 100)).deliveries.map(({ state, type }) => `${type} ${state}`);
