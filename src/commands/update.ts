import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { parseProxy } from '../domain/proxy.ts';
import { findSession } from '../app/find-session.ts';
import { checkSessionName } from '../domain/session-name.ts';
import { sessionRecord } from '../schema/session-record.ts';
import { changeWebhook, checkWebhookRoute } from '../domain/webhook.ts';
import { secretFileOption, withSecrets } from './secret-flags.ts';
import { addWebhookFlags, webhookChange } from './webhook-flags.ts';
import type { WebhookFlags } from './webhook-flags.ts';
import type { SessionPatch } from '../domain/session-change.ts';

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
  addWebhookFlags(command).option('--no-webhook', 'remove the webhook');
  command.action((id: string, flags: Omit<UpdateOptions, 'id'>) => run({ id, ...flags }));
}

export async function runUpdate(cx: Context, given: UpdateOptions): Promise<void> {
  const options: UpdateOptions = await withSecrets(cx, given);
  const store = await cx.store();
  const session = await findSession(store, options.id);
  const change = webhookChange(options, options.webhookUrl === undefined ? null : cx.webhookSecret());
  if (!options.webhook && Object.keys(change).length > 0) {
    throw new UsageError(
      '--no-webhook removes the webhook, but another flag sets it',
      'leave out one of them',
    );
  }
  const changesWebhook = !options.webhook || Object.keys(change).length > 0;
  const patch: SessionPatch = {
    ...(options.name === undefined ? {} : { name: options.name || null }),
    ...(changesWebhook ? { webhook: options.webhook ? changeWebhook(session.webhook, change) : null } : {}),
    ...(typeof options.proxy === 'string' ? { proxy: options.proxy } : {}),
    ...(options.proxy === false ? { proxy: null } : {}),
  };
  if (Object.keys(patch).length === 0) throw new UsageError('nothing to change', 'see: wactl update --help');
  checkWebhookRoute({ ...session, ...patch });
  const updated = await store.update(session.id, patch);
  if (patch.webhook !== undefined || patch.proxy !== undefined) {
    await (await cx.webhooks()).changed(updated, cx.signal);
  }
  cx.io.result(sessionRecord(updated), () => '');
  cx.io.done(`${updated.id}: ${Object.keys(patch).join(', ')} changed`);
}
