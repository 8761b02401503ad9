import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { webhookEvents } from '../domain/session.ts';
import { timeAgo } from '../domain/time-words.ts';
import type { WebhookRecord } from '../schema/delivery-schema.ts';
import { withSecrets } from './secret-flags.ts';
import { webhookChange } from './webhook-flags.ts';
import type { WebhookFlags } from './webhook-flags.ts';

type Named = { readonly id: string; readonly name: string };

/** `webhook show ID`: all its webhooks, and how each is doing. */
export async function showWebhooks(cx: Context, given: string): Promise<number> {
  const wactl = await cx.wactl();
  const { id } = await wactl.find(given);
  const record = await wactl.webhooks(id);
  cx.io.result(record, () =>
    record.webhooks.length === 0
      ? ''
      : cx.io.table(
          ['NAME', 'ADDRESS', 'EVENTS', 'SIGNED', 'PENDING', 'STATE'],
          record.webhooks.map((one) => [
            one.name,
            one.url,
            one.events.length === webhookEvents.length ? 'all' : one.events.join(', '),
            one.has_secret ? 'yes' : 'no',
            String(one.pending),
            stateOf(cx, one),
          ]),
          ['ADDRESS'],
        ),
  );
  if (record.webhooks.length === 0)
    cx.io.say(`${id} has no webhook; add one with: wactl update ${id} --webhook-url URL`);
  return 0;
}

function stateOf(cx: Context, { turned_off_at: off, failing_since: since }: WebhookRecord): string {
  if (off !== null) return 'turned off: the receiver answered 410';
  if (since === null) return 'ok';
  const when = cx.io.stdoutIsTerminal ? timeAgo(new Date(since), cx.clock.now()) : since;
  return `failing since ${when}`;
}

/** `webhook set ID NAME`: adds a webhook, or changes it. */
export async function setWebhook(cx: Context, given: Named & WebhookFlags): Promise<number> {
  const options: Named & WebhookFlags = await withSecrets(cx, given);
  const change = webhookChange(options, options.webhookUrl === undefined ? null : cx.webhookSecret());
  if (Object.keys(change).length === 0)
    throw new UsageError('nothing to change', 'see: wactl webhook set --help');
  const wactl = await cx.wactl();
  const { id } = await wactl.find(options.id);
  const record = await wactl.setWebhook(id, options.name, change, { signal: cx.signal });
  cx.io.result(record, () => '');
  cx.io.done(`${id}: webhook ${record.name} set`);
  return 0;
}

/** `webhook remove ID NAME`: removes a webhook. */
export async function removeWebhook(cx: Context, { id: given, name }: Named): Promise<number> {
  const wactl = await cx.wactl();
  const { id } = await wactl.find(given);
  await wactl.removeWebhook(id, name, { signal: cx.signal });
  cx.io.result({ id, name, removed: true }, () => '');
  cx.io.done(`${id}: webhook ${name} removed`);
  return 0;
}
