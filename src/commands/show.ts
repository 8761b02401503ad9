import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { DamagedSessionError } from '../errors.ts';
import { closeSentence } from '../domain/close-sentence.ts';
import type { Session } from '../domain/session.ts';
import { idOrOnly } from './only-session.ts';
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
  if (unanswered) cx.io.warn(unanswered.message);
  if (stored.damaged) warnOf(cx, stored);
  const session = withHeld(stored, held);
  const record = wholeRecord(stored, engine, held);
  const close = session.lastClose;
  cx.io.result(record, () =>
    cx.io.keyValues([
      ['id', record.id],
      ['name', record.name],
      ['status', `${record.status.replaceAll('_', ' ')}${stored.damaged ? ' (damaged)' : ''}`],
      ['held by', held && `process ${String(held.pid)}, since ${held.since.toISOString()}`],
      ['paired', record.unconfirmed ? 'not confirmed yet' : record.paired ? 'yes' : 'no'],
      ['phone', record.phone_number && `+${record.phone_number}`],
      ['push name', record.push_name],
      ['jid', record.me?.id],
      ['lid', record.me?.lid],
      ['platform', record.platform],
      ['created', record.created_at],
      ['updated', record.updated_at],
      ['last connected', record.last_connected_at],
      ['last seen', record.last_seen_at],
      ['last message', record.last_message_at],
      ['last heard', record.last_heard_at],
      ['messages', String(record.message_count)],
      ['last close', close && `${closeSentence(close)}, ${close.at.toISOString()}`],
      ['webhook', record.config.webhook?.url],
      ['webhook events', record.config.webhook?.events.join(', ')],
      ['webhook secret', record.config.webhook?.has_secret ? 'set' : null],
      ['webhook route', record.config.webhook?.via_proxy ? 'through the proxy' : null],
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
