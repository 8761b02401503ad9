import type { WebhookReceiver } from '../support/webhook-receiver.ts';

export type MessageOutcome = {
  /** Messages that WhatsApp was told to have arrived, and that no receiver was told of. */
  readonly lost: readonly string[];
  /** Messages that came as two different events. */
  readonly split: readonly string[];
  /** Deliveries of an event beyond the first: a kill right after a delivery repeats it. */
  readonly repeated: number;
};

/** What became of messages, by their ids, each of which has arrived. */
export function messageOutcome(sent: readonly string[], { received }: WebhookReceiver): MessageOutcome {
  const events = new Map<string, Set<string>>();
  for (const { id, body } of received) {
    const { data } = JSON.parse(body) as { data: { message_id: string } };
    events.set(data.message_id, (events.get(data.message_id) ?? new Set()).add(id));
  }
  return {
    lost: sent.filter((id) => !events.has(id)),
    split: sent.filter((id) => (events.get(id)?.size ?? 0) > 1),
    repeated: received.length - new Set(received.map(({ id }) => id)).size,
  };
}
