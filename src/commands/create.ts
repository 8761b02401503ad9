import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { parseProxy } from '../domain/proxy.ts';
import { checkSessionName } from '../domain/session-name.ts';
import { sessionRecord } from '../schema/session-record.ts';
import { changeWebhook } from '../domain/webhook.ts';
import { addDetach, detachPairing } from './detach-pairing.ts';
import type { DetachFlags } from './detach-pairing.ts';
import { addTimeout } from './flags.ts';
import { pairingGoal, addPairCodeFlags } from './pair-code-flags.ts';
import type { PairCodeFlags } from './pair-code-flags.ts';
import { addQrFlags, qrTarget } from './qr-flags.ts';
import type { QrFlags } from './qr-flags.ts';
import { secretFileOption, withSecrets } from './secret-flags.ts';
import { keepOnlineHint } from './keep-online-hint.ts';
import { followPairing } from './follow-pairing.ts';
import { withdrawn } from './pairing-failure.ts';
import { addWebhookFlags, webhookChange } from './webhook-flags.ts';
import type { WebhookFlags } from './webhook-flags.ts';

export type CreateOptions = WebhookFlags &
  QrFlags &
  PairCodeFlags &
  DetachFlags & {
    readonly id: string | undefined;
    readonly name?: string;
    /** A phone number as a person writes it: pair by code. */
    readonly pair?: string;
    readonly proxy?: string;
    readonly proxyFile?: string;
    /** False: make the record, pair later. */
    readonly connect: boolean;
    /** Milliseconds. */
    readonly timeout?: number;
  };

/** What says how to pair. */
const pairing = [
  ...['pair', 'code', 'codeFile', 'pushNotification'],
  ...['format', 'output', 'style', 'invert', 'timeout', 'detach'],
];

/** `create [id]`: a new session, paired at once. */
export function defineCreate(program: Command, run: (options: CreateOptions) => Promise<void>): void {
  const command = program
    .command('create')
    .summary('create a session and pair it with a phone')
    .description(
      'Creates a session and pairs it by a QR code in the terminal or, with --pair, by a code typed on the phone. ' +
        'If the phone does not pair in time, nothing is kept.',
    )
    .argument(
      '[id]',
      'lower-case letters, digits, ".", "_" and "-" (default: derived from the name, or random)',
    )
    .option('--name <name>', 'display name', checkSessionName)
    .addOption(
      new Option(
        '--pair <phone>',
        'pair by code: the phone number with its country code, "+1 555 123 4567"',
      ).conflicts(['format', 'output', 'style', 'invert']),
    )
    .option('--proxy <url>', 'http, https or socks5 proxy for everything this session sends', parseProxy)
    .addOption(secretFileOption('--proxy', 'proxy', 'WACTL_PROXY'))
    .addOption(
      new Option('--no-connect', 'only create the record; pair it later with: wactl qr ID').conflicts(
        pairing,
      ),
    );
  addPairCodeFlags(command);
  addQrFlags(command);
  addWebhookFlags(command);
  addTimeout(command, 'give up if the phone has not paired after this time');
  addDetach(command);
  command.action((id: string | undefined, flags: Omit<CreateOptions, 'id'>) => run({ id, ...flags }));
}

export async function runCreate(cx: Context, given: CreateOptions): Promise<void> {
  const options = await withSecrets(cx, given);
  const goal = await pairingGoal(options.pair, options);
  if (options.connect && !options.detach && goal.kind === 'pair_by_qr') qrTarget(cx, options);
  const hasAddress = cx.settings.webhook !== null || options.webhookUrl !== undefined;
  const change = webhookChange(options, hasAddress ? cx.webhookSecret() : null);
  const webhook = changeWebhook(cx.settings.webhook, change);
  const proxy = options.proxy ?? cx.settings.proxy;
  const { endpoint } = cx.settings;
  const wactl = await cx.wactl();
  const draft = { id: options.id, name: options.name ?? null, webhook, proxy, endpoint };
  const session = await wactl.create(draft, { signal: cx.signal });
  if (!options.connect) {
    cx.io.result(sessionRecord(session), () => session.id);
    cx.io.say(`created, not paired yet; pair it with: wactl qr ${session.id}`);
    return;
  }
  try {
    if (options.detach) await detachPairing(cx, session, goal, { ...options, withdraw: true });
    else {
      await followPairing(cx, session, goal, options);
      // A server keeps online what it has paired.
      if (cx.server === null) cx.io.say(`offline now; ${keepOnlineHint(session.id)}`);
    }
  } catch (error) {
    throw await withdrawn(cx, session.id, error);
  }
}
