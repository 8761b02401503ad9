import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { parseProxy } from '../domain/proxy.ts';
import { checkSessionName } from '../domain/session-name.ts';
import { sessionRecord } from '../schema/session-record.ts';
import { secretFileOption, withSecrets } from './secret-flags.ts';
import { addWebhookFlags, webhookChange } from './webhook-flags.ts';
import type { WebhookFlags } from './webhook-flags.ts';
import type { SessionChange } from '../ports/wactl.ts';

export type UpdateOptions = WebhookFlags & {
  readonly id: string;
  readonly name?: string;
  /** False: take it away. */
  readonly webhook: boolean;
  /** False: take it away. */
  readonly proxy?: string | false;
  readonly proxyFile?: string;
};

/** `update ID`: name, webhook, proxy. */
export function defineUpdate(program: Command, run: (options: UpdateOptions) => Promise<void>): void {
  const command = program
    .command('update')
    .summary('change the name, webhook or proxy of a session')
    .argument('<id>', 'session id, or a unique prefix')
    .option('--name <name>', 'display name', checkSessionName)
    .option('--proxy <url>', 'http, https or socks5 proxy for everything this session sends', parseProxy)
    .addOption(secretFileOption('--proxy', 'proxy'))
    .option('--no-proxy', 'connect directly');
  addWebhookFlags(command)
    .option('--no-webhook-header', 'send no headers of your own with deliveries')
    .option('--no-webhook', 'remove the webhook');
  command.action((id: string, flags: Omit<UpdateOptions, 'id'>) => run({ id, ...flags }));
}

export async function runUpdate(cx: Context, given: UpdateOptions): Promise<void> {
  const options: UpdateOptions = await withSecrets(cx, given);
  const wactl = await cx.wactl();
  const { id } = await wactl.find(options.id);
  const webhook = webhookChange(options, options.webhookUrl === undefined ? null : cx.webhookSecret());
  const isSet = Object.keys(webhook).length > 0;
  if (!options.webhook && isSet) {
    throw new UsageError(
      '--no-webhook removes the webhook, but another flag sets it',
      'leave out one of them',
    );
  }
  const change: SessionChange = {
    ...(options.name === undefined ? {} : { name: options.name || null }),
    ...(options.webhook ? {} : { webhook: { url: null } }),
    ...(isSet ? { webhook } : {}),
    ...(typeof options.proxy === 'string' ? { proxy: options.proxy } : {}),
    ...(options.proxy === false ? { proxy: null } : {}),
  };
  if (Object.keys(change).length === 0) throw new UsageError('nothing to change', 'see: wactl update --help');
  const updated = await wactl.update(id, change, { signal: cx.signal });
  cx.io.result(sessionRecord(updated), () => '');
  cx.io.done(`${updated.id}: ${Object.keys(change).join(', ')} changed`);
}
