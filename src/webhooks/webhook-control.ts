import { firstBox, firstReceiver } from '../domain/box.ts';
import { WactlError } from '../errors.ts';
import { deliveriesRecord, testRecord } from '../schema/delivery-record.ts';
import type { Holder } from '../ports/holder.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Session } from '../domain/session.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';
import { assertWebhook } from './assert-webhook.ts';
import type { PostParts } from './post.ts';

export type WebhookControlParts = PostParts & {
  readonly outbox: Outbox;
  /** Loaded when a holder has to be told. */
  readonly holder: () => Promise<Pick<Holder, 'refreshWebhook'>>;
  /** Takes a sentence about a failure, without secrets. */
  readonly warn: (sentence: string) => void;
};

/** The webhooks of the sessions in this machine's store. */
export function webhookControl({ outbox, holder, warn, ...parts }: WebhookControlParts): WebhookControl {
  const tell = async (session: Session, signal: AbortSignal): Promise<void> => {
    try {
      await (await holder()).refreshWebhook(session, { signal });
    } catch (error) {
      if (!(error instanceof WactlError) || signal.aborted) throw error;
      warn(`${session.id}: the process that holds it was not told, and will see it later: ${error.message}`);
    }
  };
  return {
    list: async (session, limit) => deliveriesRecord(session, await outbox.list(firstBox(session.id), limit)),
    async test(session, signal) {
      const { sendTest } = await import('./send-test.ts');
      assertWebhook(session);
      const webhook = { ...session.webhook, name: firstReceiver };
      const answer = await sendTest({ ...parts, outbox, signal }, session, webhook);
      if (answer.error === null) await tell(session, signal);
      return testRecord(session, answer);
    },
    async replay(session, which, signal) {
      assertWebhook(session);
      const replayed = await outbox.replay(firstBox(session.id), which);
      if (replayed === 0 && which.eventId !== undefined) throw notKept(which.eventId, session.id);
      if (replayed > 0) await tell(session, signal);
      const { pending } = await outbox.list(firstBox(session.id), 1);
      return { id: session.id, replayed, pending };
    },
    async changed(session, signal) {
      await (session.webhook ? outbox.retryNow(firstBox(session.id)) : outbox.clear(firstBox(session.id)));
      await tell(session, signal);
    },
  };
}

const notKept = (eventId: string, id: string): WactlError =>
  new WactlError(
    'not_found',
    `the content of the event "${eventId}" is not kept`,
    `see their ids with: wactl webhook list ${id} --json; a QR or a code is never kept`,
  );
