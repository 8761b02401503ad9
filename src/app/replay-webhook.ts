import { UsageError } from '../errors.ts';
import { firstReceiver } from '../domain/box.ts';
import type { ReplaySelection } from '../domain/delivery.ts';
import type { WebhookOptions } from '../ports/wactl.ts';
import type { ReplayRecord } from '../schema/delivery-schema.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** Sends finished events of a webhook again. Nothing chosen is a mistake: it would send everything twice. */
export async function replayWebhook(
  parts: Pick<AppParts, 'records' | 'webhooks'>,
  id: string,
  which: ReplaySelection,
  { signal, name = firstReceiver }: WebhookOptions,
): Promise<ReplayRecord> {
  const session = await sessionAt(await parts.records(), id);
  if (which.since === undefined && which.eventId === undefined && which.onlyFailed !== true) {
    throw new UsageError('choose what to send again', 'add --failed, --since TIME or --event ID');
  }
  return (await parts.webhooks()).replay(session, name, which, signal);
}
