import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { exitStatuses, UsageError } from '../errors.ts';
import { timeAgo } from '../domain/time-words.ts';
import { firstReceiver, globalReceiver } from '../domain/box.ts';
import { parseReceiverName } from '../domain/receiver-name.ts';
import { parseDuration, wholeNumber } from './flags.ts';
import { addWebhookFlags } from './webhook-flags.ts';
import type { WebhookFlags } from './webhook-flags.ts';
import { removeWebhook, setWebhook, showWebhooks } from './webhook-receivers.ts';

/** `name`: left out, the first webhook. */
type Which = { readonly id: string; readonly name?: string };

export type WebhookOptions =
  | { readonly action: 'show'; readonly id: string }
  | ({ readonly action: 'set'; readonly id: string; readonly name: string } & WebhookFlags)
  | { readonly action: 'remove'; readonly id: string; readonly name: string }
  | (Which & { readonly action: 'list'; readonly limit: number })
  | (Which & { readonly action: 'test' })
  | (Which & {
      readonly action: 'replay';
      readonly failed?: boolean;
      readonly since?: Since;
      readonly event?: string;
    });

/** `webhook show|set|remove|list|test|replay ID`: a session's webhooks, and how each is doing. */
export function defineWebhook(program: Command, run: (options: WebhookOptions) => Promise<void>): void {
  const webhook = program
    .command('webhook')
    .summary('several webhooks a session, their deliveries, a test, a replay')
    .description(
      'Lists the deliveries of a session’s webhook, tests it, or sends events again. One webhook is set with: wactl update ID ' +
        '--webhook-url URL. A session may have more, by name; that one is called "default". The webhook of all sessions is ' +
        'called "global", and is set with: wactl config set global_webhook_url URL',
    );
  webhook
    .command('show')
    .summary('show the webhooks of a session, and how each is doing')
    .argument('<id>', 'session id, or a unique prefix')
    .action((id: string) => run({ action: 'show', id }));
  const set = webhook
    .command('set')
    .summary('add a webhook to a session, or change it')
    .description(
      'Adds a webhook to a session, or changes the one of that name. Each has its own address, events, secret and headers, and ' +
        'is retried by itself: one that is down does not hold up the others.',
    )
    .argument('<id>', 'session id, or a unique prefix')
    .argument('<name>', 'name of the webhook', parseReceiverName);
  addWebhookFlags(set)
    .option('--no-webhook-header', 'send no headers of your own with deliveries')
    .action((id: string, name: string, flags: WebhookFlags) => run({ action: 'set', id, name, ...flags }));
  webhook
    .command('remove')
    .summary('remove a webhook of a session, and what waits for it')
    .argument('<id>', 'session id, or a unique prefix')
    .argument('<name>', 'name of the webhook')
    .action((id: string, name: string) => run({ action: 'remove', id, name }));
  webhook
    .command('list')
    .summary('list the latest deliveries, finished and pending')
    .argument('<id>', 'session id, or a unique prefix')
    .argument('[name]', whichWebhook)
    .option(
      '--limit <n>',
      'list at most this many finished and this many pending deliveries',
      wholeNumber(1),
      20,
    )
    .action((id: string, name: string | undefined, flags: { limit: number }) =>
      run({ action: 'list', id, ...named(name), ...flags }),
    );
  webhook
    .command('test')
    .summary('send a webhook.test event now, and show the answer')
    .description(
      'Sends a webhook.test event now and shows the answer. If the receiver accepts it, a webhook that was turned off ' +
        'because the receiver answered 410 is turned on again.',
    )
    .argument('<id>', 'session id, or a unique prefix')
    .argument('[name]', whichWebhook)
    .action((id: string, name: string | undefined) => run({ action: 'test', id, ...named(name) }));
  webhook
    .command('replay')
    .summary('send finished events again')
    .description(
      'Sends delivered or failed events again, in their order and with their webhook-id, before those that wait. Contents are ' +
        'kept for 72 hours; a QR or a code is not kept.',
    )
    .argument('<id>', 'session id, or a unique prefix')
    .argument('[name]', whichWebhook)
    .option('--failed', 'only those that were not delivered')
    .option('--since <time>', 'only those made since: "2h" ago, or 2026-07-04T09:00:00Z', parseSince)
    .option('--event <webhook-id>', 'only this one')
    .action((id: string, name: string | undefined, flags: { failed?: true; since?: Since; event?: string }) =>
      run({ action: 'replay', id, ...named(name), ...flags }),
    );
}

const whichWebhook = 'name of the webhook (default: "default")';
const named = (name: string | undefined) => (name === undefined ? {} : { name });

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
  switch (options.action) {
    case 'show':
      return showWebhooks(cx, options.id);
    case 'set':
      return setWebhook(cx, options);
    case 'remove':
      return removeWebhook(cx, options);
    case 'list':
      return list(cx, options);
    case 'test':
      return test(cx, options);
    case 'replay':
      return replay(cx, options);
  }
}

/** How a command names this webhook. */
const wordsOf = (id: string, name: string | undefined): string => (name === undefined ? id : `${id} ${name}`);

async function list(cx: Context, { id, name, limit }: Which & { limit: number }): Promise<number> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id);
  const record = await wactl.deliveries(session.id, limit, name);
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
  const others = name === undefined ? session.otherWebhooks.map((one) => one.name) : [];
  if (others.length > 0) {
    cx.io.say(`other webhooks: ${others.join(', ')}; see them with: wactl webhook show ${session.id}`);
  }
  const shown = deliveries.filter(({ state }) => state === 'pending').length;
  if (pending > shown) cx.io.say(`${String(pending)} events are pending, showing the next ${String(shown)}`);
  if (record.dropped > 0)
    cx.io.warn(
      `${String(record.dropped)} events were lost: too many were pending, or they could not be read`,
    );
  if (record.turned_off_at !== null) {
    cx.io.warn(
      `the receiver answered 410, so deliveries are turned off; test it with: wactl webhook test ${wordsOf(record.id, name)}`,
    );
  }
  return 0;
}

async function test(cx: Context, { id, name }: Which): Promise<number> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id);
  const record = await wactl.testWebhook(session.id, { signal: cx.signal, name });
  const { delivered, error, http_status: status, duration_ms: durationMs } = record;
  const words = delivered
    ? `accepted: the receiver answered ${String(status)} after ${String(durationMs)} ms`
    : `not accepted: ${error ?? ''}`;
  cx.io.result(record, () => words);
  if (!record.signed) {
    cx.io.say(`the event was not signed: set a secret with: wactl ${setSecret(session.id, record.name)}`);
  }
  return delivered ? 0 : exitStatuses.unreachable;
}

function setSecret(id: string, name: string): string {
  if (name === globalReceiver) return 'config set global_webhook_secret SECRET';
  return `${name === firstReceiver ? `update ${id}` : `webhook set ${id} ${name}`} --webhook-secret SECRET`;
}

async function replay(
  cx: Context,
  { id, name, failed, since, event }: Extract<WebhookOptions, { action: 'replay' }>,
): Promise<number> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id);
  const from = since && ('agoMs' in since ? new Date(cx.clock.now().getTime() - since.agoMs) : since);
  const which = {
    ...(failed === undefined ? {} : { onlyFailed: failed }),
    ...(from === undefined ? {} : { since: from }),
    ...(event === undefined ? {} : { eventId: event }),
  };
  const record = await wactl.replayWebhook(session.id, which, { signal: cx.signal, name });
  const { replayed, pending } = record;
  const events = (count: number): string => `${String(count)} ${count === 1 ? 'event' : 'events'}`;
  cx.io.result(record, () =>
    replayed === 0
      ? `${session.id}: there is nothing to send again`
      : `${session.id}: ${events(replayed)} ${replayed === 1 ? 'is' : 'are'} sent again; ${events(pending)} ${pending === 1 ? 'waits' : 'wait'} now`,
  );
  return 0;
}
