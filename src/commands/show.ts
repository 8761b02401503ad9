import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { DamagedSessionError, FencedError } from '../errors.ts';
import { closeSentence } from '../domain/close-sentence.ts';
import { redactUrl } from '../domain/redact.ts';
import { webhookEvents } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { moment } from './moment.ts';
import { idOrOnly } from './only-session.ts';
import { statusWords } from '../domain/status-words.ts';
import { holderWords } from '../domain/held.ts';
import { shownQrRecord } from '../schema/event-line.ts';
import { wholeRecord, withHeld } from '../schema/session-record.ts';
import { originWords } from '../domain/version-words.ts';

export type ShowOptions = { readonly id: string | undefined };

/** `show ID`: the whole record. */
export function defineShow(program: Command, run: (options: ShowOptions) => Promise<void>): void {
  program
    .command('show')
    .summary('show everything known about a session')
    .description(
      'Shows the stored record, settings and last close of a session, with live details from the process that holds ' +
        'it, if any. To ask WhatsApp, see status.',
    )
    .argument('[id]', 'session id, or a unique prefix (default: the only session there is)')
    .action((id: string | undefined) => run({ id }));
}

export async function runShow(cx: Context, options: ShowOptions): Promise<void> {
  const id = await idOrOnly(cx, options.id);
  const wactl = await cx.wactl();
  const view = await wactl.show(id, { isPrefix: true, signal: cx.signal });
  const { session: stored, held, engine, unanswered } = view;
  // What is stored can still be shown.
  if (unanswered) cx.io.warn([unanswered.message, unanswered.hint].filter(Boolean).join('; '));
  if (stored.damaged) warnOf(cx, stored);
  const session = withHeld(stored, held);
  const record = wholeRecord(stored, engine, held, shownQrRecord(held?.qr ?? null, cx.clock.now()));
  const close = session.lastClose;
  // A script that reads a pipe knows the words of JSON.
  const status = cx.io.stdoutIsTerminal
    ? statusWords(session.status, session, true)
    : `${record.status.replaceAll('_', ' ')}${stored.damaged ? ' (damaged)' : ''}`;
  const when = (at: Date | null | undefined): string | null => (at ? moment(cx, at) : null);
  cx.io.result(record, () =>
    cx.io.keyValues([
      ['id', record.id],
      ['name', record.name],
      ['status', status],
      ['held by', held && `${holderWords(held)}, since ${moment(cx, held.since)}`],
      ['paired', record.unconfirmed ? 'not confirmed yet' : record.paired ? 'yes' : 'no'],
      ['fenced', session.fence && new FencedError({ id: record.id, fence: session.fence }).message],
      ['phone', record.phone_number && `+${record.phone_number}`],
      ['push name', record.push_name],
      ['jid', record.me?.id],
      ['lid', record.me?.lid],
      ['platform', record.platform],
      ['created', when(session.createdAt)],
      ['updated', when(session.updatedAt)],
      ['last connected', when(session.lastConnectedAt)],
      ['last seen', when(session.lastSeenAt)],
      ['last message', when(held?.lastMessageAt)],
      ['last heard', when(held?.lastHeardAt)],
      ['messages', String(record.message_count)],
      ['last close', close && `${closeSentence(close)}, ${moment(cx, close.at)}`],
      ['webhook', record.config.webhook?.url],
      ['webhook events', record.config.webhook?.events.join(', ')],
      ['webhook secret', record.config.webhook?.has_secret ? 'set' : null],
      ['webhook headers', record.config.webhook?.header_names?.join(', ')],
      ['webhook route', record.config.webhook?.via_proxy ? 'through the proxy' : null],
      ...session.otherWebhooks.map(({ name, url, events }): [string, string] => [
        `webhook ${name}`,
        `${redactUrl(url)} (${events.length === webhookEvents.length ? 'all events' : events.join(', ')})`,
      ]),
      ['proxy', record.config.proxy],
      ['endpoint', record.config.endpoint],
      [
        'engine',
        `${engine.name} ${engine.version}, WhatsApp Web ${engine.whatsappVersion}, ${originWords(
          engine.whatsappVersionSource,
          engine.whatsappVersionFetchedAt,
          cx.clock.now(),
        )}`,
      ],
    ]),
  );
}

function warnOf(cx: Context, session: Session): void {
  const { message, hint = '' } = new DamagedSessionError(session);
  cx.io.warn(`${message}, so the values shown may be wrong; ${hint}`);
}
