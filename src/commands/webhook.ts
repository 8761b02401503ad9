import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { exitStatuses, UsageError } from '../errors.ts';
import { timeAgo } from '../domain/time-words.ts';
import { parseDuration, wholeNumber } from './flags.ts';

export type WebhookOptions =
  | { readonly action: 'list'; readonly id: string; readonly limit: number }
  | { readonly action: 'test'; readonly id: string }
  | {
      readonly action: 'replay';
      readonly id: string;
      readonly failed?: boolean;
      readonly since?: Since;
      readonly event?: string;
    };

/** `webhook list|test|replay ID`: how a session's webhook is doing. */
export function defineWebhook(program: Command, run: (options: WebhookOptions) => Promise<void>): void {
  const webhook = program
    .command('webhook')
    .summary('list webhook deliveries, or test a webhook')
    .description(
      'Lists the deliveries of a session’s webhook, or tests it. Set it with: wactl update ID --webhook-url URL',
    );
  webhook
    .command('list')
    .summary('list the latest deliveries, finished and pending')
    .argument('<id>', 'session id, or a unique prefix')
    .option(
      '--limit <n>',
      'list at most this many finished and this many pending deliveries',
      wholeNumber(1),
      20,
    )
    .action((id: string, flags: { limit: number }) => run({ action: 'list', id, ...flags }));
  webhook
    .command('test')
    .summary('send a webhook.test event now, and show the answer')
    .description(
      'Sends a webhook.test event now and shows the answer. If the receiver accepts it, a webhook that was turned off ' +
        'because the receiver answered 410 is turned on again.',
    )
    .argument('<id>', 'session id, or a unique prefix')
    .action((id: string) => run({ action: 'test', id }));
  webhook
    .command('replay')
    .summary('send finished events again')
    .description(
      'Sends delivered or failed events again, in their order and with their webhook-id, before those that wait. Contents are ' +
        'kept for 72 hours; a QR or a code is not kept.',
    )
    .argument('<id>', 'session id, or a unique prefix')
    .option('--failed', 'only those that were not delivered')
    .option('--since <time>', 'only those made since: "2h" ago, or 2026-07-04T09:00:00Z', parseSince)
    .option('--event <webhook-id>', 'only this one')
    .action((id: string, flags: { failed?: true; since?: Since; event?: string }) =>
      run({ action: 'replay', id, ...flags }),
    );
}

/** A moment, or how long ago it is. */
export type Since = Date | { readonly agoMs: number };

/** Throws UsageError. */
function parseSince(text: string): Since {
  if (/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text) && !Number.isNaN(Date.parse(text)))
    return new Date(text);
  if (/^\d{1,6}(\.\d+)?(ms|s|m|h)?$/.test(text)) return { agoMs: parseDuration(text) };
  throw new UsageError(`invalid time "${text}"`, 'for example: 90m, 2h, 2026-07-04T09:00:00Z');
}

export function runWebhook(cx: Context, options: WebhookOptions): Promise<number> {
  if (options.action === 'replay') return replay(cx, options);
  return options.action === 'list' ? list(cx, options) : test(cx, options.id);
}

async function list(cx: Context, { id, limit }: { id: string; limit: number }): Promise<number> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id);
  const record = await wactl.deliveries(session.id, limit);
  const { deliveries, pending } = record;
  const when = (at: string | null): string =>
    at === null || !cx.io.stdoutIsTerminal ? (at ?? '') : timeAgo(new Date(at), cx.clock.now());
  cx.io.result(record, () =>
    deliveries.length === 0
      ? ''
      : cx.io.table(
          ['EVENT', 'STATE', 'MADE', 'ATTEMPTS', 'NEXT ATTEMPT', 'LAST ERROR'],
          deliveries.map((one) => [
            one.type ?? '(unreadable)',
            one.state,
            when(one.created_at),
            String(one.attempts),
            when(one.next_attempt_at),
            one.last_error ?? '',
          ]),
          ['STATE'],
        ),
  );
  if (record.url === null) cx.io.say(`${session.id} has no webhook`);
  else if (deliveries.length === 0) cx.io.say('no deliveries yet');
  const shown = deliveries.filter(({ state }) => state === 'pending').length;
  if (pending > shown) cx.io.say(`${String(pending)} events are pending, showing the next ${String(shown)}`);
  if (record.dropped > 0)
    cx.io.warn(
      `${String(record.dropped)} events were lost: too many were pending, or they could not be read`,
    );
  if (record.turned_off_at !== null) {
    cx.io.warn(
      `the receiver answered 410, so deliveries are turned off; test it with: wactl webhook test ${record.id}`,
    );
  }
  return 0;
}

async function test(cx: Context, id: string): Promise<number> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id);
  const record = await wactl.testWebhook(session.id, { signal: cx.signal });
  const { delivered, error, http_status: status, duration_ms: durationMs } = record;
  const words = delivered
    ? `accepted: the receiver answered ${String(status)} after ${String(durationMs)} ms`
    : `not accepted: ${error ?? ''}`;
  cx.io.result(record, () => words);
  if (!record.signed) {
    cx.io.say(
      `the event was not signed: set a secret with: wactl update ${session.id} --webhook-secret SECRET`,
    );
  }
  return delivered ? 0 : exitStatuses.unreachable;
}

async function replay(
  cx: Context,
  { id, failed, since, event }: Extract<WebhookOptions, { action: 'replay' }>,
): Promise<number> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id);
  const from = since && ('agoMs' in since ? new Date(cx.clock.now().getTime() - since.agoMs) : since);
  const which = {
    ...(failed === undefined ? {} : { onlyFailed: failed }),
    ...(from === undefined ? {} : { since: from }),
    ...(event === undefined ? {} : { eventId: event }),
  };
  const record = await wactl.replayWebhook(session.id, which, { signal: cx.signal });
  const { replayed, pending } = record;
  const events = (count: number): string => `${String(count)} ${count === 1 ? 'event' : 'events'}`;
  cx.io.result(record, () =>
    replayed === 0
      ? `${session.id}: there is nothing to send again`
      : `${session.id}: ${events(replayed)} ${replayed === 1 ? 'is' : 'are'} sent again; ${events(pending)} ${pending === 1 ? 'waits' : 'wait'} now`,
  );
  return 0;
}
