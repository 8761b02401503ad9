import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { exitStatuses } from '../errors.ts';
import { timeAgo } from '../domain/time-words.ts';
import { wholeNumber } from './flags.ts';

export type WebhookOptions =
  | { readonly action: 'list'; readonly id: string; readonly limit: number }
  | { readonly action: 'test'; readonly id: string };

/** `webhook list|test ID`: how a session's webhook is doing. */
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
}

export function runWebhook(cx: Context, options: WebhookOptions): Promise<number> {
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
