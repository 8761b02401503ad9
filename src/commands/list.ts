import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { timeAgo } from '../domain/time-words.ts';
import { sessionRecord } from '../schema/session-record.ts';
import type { SessionStatus } from '../domain/session.ts';
import { statusWords } from '../domain/status-words.ts';
import { parseStatuses, wholeNumber } from './flags.ts';

export type ListOptions = {
  readonly status?: readonly SessionStatus[];
  readonly search?: string;
  readonly page: number;
  readonly perPage: number;
};

/** `list`: all sessions, from the store. */
export function defineList(program: Command, run: (options: ListOptions) => Promise<void>): void {
  program
    .command('list')
    .alias('ls')
    .summary('list the sessions')
    .description(
      'Lists sessions as stored, with the live status of those that a process holds, without asking WhatsApp. ' +
        'To ask WhatsApp, see status.',
    )
    .option('--status <list>', 'only sessions with these statuses, separated by commas', parseStatuses)
    .option('--search <text>', 'only sessions whose id, name, phone number or push name contains this')
    .option('--page <n>', 'page to list', wholeNumber(1), 1)
    .option('--per-page <n>', 'sessions per page', wholeNumber(1), 25)
    .action((flags: ListOptions) => run(flags));
}

export async function runList(cx: Context, options: ListOptions): Promise<void> {
  const { page, perPage } = options;
  const { sessions, total } = await (
    await cx.wactl()
  ).list({
    page,
    perPage,
    ...(options.status && { statuses: options.status }),
    ...(options.search !== undefined && { search: options.search }),
  });
  cx.io.result({ sessions: sessions.map(sessionRecord), total, page, per_page: perPage }, () =>
    sessions.length === 0
      ? ''
      : cx.io.table(
          ['ID', 'NAME', 'STATUS', 'PHONE', 'PUSH NAME', 'LAST SEEN'],
          sessions.map((session) => [
            session.id,
            session.name ?? '',
            statusWords(session.status, session, cx.io.stdoutIsTerminal),
            session.phoneNumber === null ? '' : `+${session.phoneNumber}`,
            session.pushName ?? '',
            lastSeen(cx, session.lastSeenAt),
          ]),
          ['STATUS', 'PHONE'],
        ),
  );
  if (total === 0) {
    const all = options.status === undefined && options.search === undefined;
    cx.io.say(all ? 'no sessions yet; create one with: wactl create my-phone' : 'no sessions match');
  } else if (sessions.length < total) {
    const pages = Math.ceil(total / perPage);
    const which =
      page > pages
        ? `page ${String(page)} does not exist: ${String(pages)} pages`
        : `page ${String(page)} of ${String(pages)}`;
    cx.io.say(`${which}, ${String(total)} sessions`);
  }
}

/** For a person how long ago, for a script when. */
function lastSeen(cx: Context, at: Date | null): string {
  if (at === null) return 'never';
  return cx.io.stdoutIsTerminal ? timeAgo(at, cx.clock.now()) : at.toISOString();
}
