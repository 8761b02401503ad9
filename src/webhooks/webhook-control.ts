import { firstReceiver } from '../domain/box.ts';
import type { Box } from '../domain/box.ts';
import { receiversOf } from '../domain/receivers.ts';
import { WactlError } from '../errors.ts';
import { deliveriesRecord, testRecord, webhookRecord } from '../schema/delivery-record.ts';
import type { WebhookRecord } from '../schema/delivery-schema.ts';
import type { Holder } from '../ports/holder.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { NamedWebhook, Session, Webhook } from '../domain/session.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';
import { needWebhook } from './find-webhook.ts';
import type { PostParts } from './post.ts';

export type WebhookControlParts = PostParts & {
  readonly outbox: Outbox;
  /** The webhook that every session has besides its own. */
  readonly globalWebhook: () => Webhook | null;
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
  const boxOf = ({ id: sessionId }: Session, receiver: string): Box => ({ sessionId, receiver });
  const need = (session: Session, name: string): NamedWebhook =>
    needWebhook(session, parts.globalWebhook(), name);
  const describe = async (session: Session, webhook: NamedWebhook): Promise<WebhookRecord> =>
    webhookRecord(webhook, await outbox.list(boxOf(session, webhook.name), 1));
  return {
    async all(session) {
      const all = receiversOf(session, parts.globalWebhook());
      return {
        id: session.id,
        webhooks: await Promise.all(all.map((webhook) => describe(session, webhook))),
      };
    },
    describe: async (session, name) => describe(session, need(session, name)),
    async list(session, name, limit) {
      // What a webhook had delivered can be seen after it was removed.
      const webhook = name === firstReceiver ? session.webhook : need(session, name);
      return deliveriesRecord(session.id, name, webhook, await outbox.list(boxOf(session, name), limit));
    },
    async test(session, name, signal) {
      const webhook = need(session, name);
      const { sendTest } = await import('./send-test.ts');
      const answer = await sendTest({ ...parts, outbox, signal }, session, webhook);
      if (answer.error === null) await tell(session, signal);
      return testRecord(session, name, answer);
    },
    async replay(session, name, which, signal) {
      need(session, name);
      const box = boxOf(session, name);
      const replayed = await outbox.replay(box, which);
      if (replayed === 0 && which.eventId !== undefined) throw notKept(which.eventId, session.id, name);
      if (replayed > 0) await tell(session, signal);
      const { pending } = await outbox.list(box, 1);
      return { id: session.id, name, replayed, pending };
    },
    async changed(session, removed, signal) {
      for (const name of removed) {
        const box = boxOf(session, name);
        await (name === firstReceiver ? outbox.clear(box) : outbox.remove(box));
      }
      for (const { name } of receiversOf(session, null)) await outbox.retryNow(boxOf(session, name));
      await tell(session, signal);
    },
  };
}

const notKept = (eventId: string, id: string, name: string): WactlError =>
  new WactlError(
    'not_found',
    `the content of the event "${eventId}" is not kept`,
    `see their ids with: wactl webhook list ${id}${name === firstReceiver ? '' : ` ${name}`} --json; a QR or a code is never kept`,
  );
