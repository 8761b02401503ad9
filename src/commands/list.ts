import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { timeAgo } from '../domain/time-words.ts';
import { sessionRecord } from '../schema/session-record.ts';
import type { Words } from '../ports/io.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import { statusWords } from '../domain/status-words.ts';
import { parseStatuses, wholeNumber } from './flags.ts';
import { addWatch, assertWatch, watchLooks } from './watch.ts';
import type { Look, WatchFlags } from './watch.ts';

const everyMs = 2_000;
const leastMs = 1_000;

export type ListOptions = WatchFlags & {
  readonly status?: readonly SessionStatus[];
  readonly search?: string;
  readonly page: number;
  readonly perPage: number;
};

/** `list`: all sessions, from the store. */
export function defineList(program: Command, run: (options: ListOptions) => Promise<void>): void {
  const command = program
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
    .option('--per-page <n>', 'sessions per page', wholeNumber(1), 25);
  addWatch(command, everyMs, leastMs).action((flags: ListOptions) => run(flags));
}

export async function runList(cx: Context, options: ListOptions): Promise<void> {
  assertWatch(options);
  if (options.watch) return watchLooks(cx, options.every ?? everyMs, () => look(cx, options));
  const { document, words, notes } = await look(cx, options);
  cx.io.result(document, words);
  for (const note of notes) cx.io.say(note);
}

async function look(cx: Context, options: ListOptions): Promise<Look> {
  const { page, perPage } = options;
  const { sessions, total } = await (
    await cx.wactl()
  ).list({
    page,
    perPage,
    ...(options.status && { statuses: options.status }),
    ...(options.search !== undefined && { search: options.search }),
  });
  const document = { sessions: sessions.map(sessionRecord), total, page, per_page: perPage };
  return { document, words: () => table(cx, sessions), notes: notesOn(options, sessions.length, total) };
}

function table(cx: Context, sessions: readonly Session[]): Words {
  if (sessions.length === 0) return '';
  const isFleet = sessions.some(({ host }) => host !== undefined);
  return cx.io.table(
    ['ID', 'NAME', 'STATUS', 'PHONE', 'PUSH NAME', 'LAST SEEN', ...(isFleet ? ['HELD ON'] : [])],
    sessions.map((session) => [
      session.id,
      session.name ?? '',
      statusWords(session.status, session, cx.io.stdoutIsTerminal),
      session.phoneNumber === null ? '' : `+${session.phoneNumber}`,
      session.pushName ?? '',
      lastSeen(cx, session.lastSeenAt),
      ...(isFleet ? [session.host ?? ''] : []),
    ]),
    ['STATUS', 'PHONE'],
  );
}

/** That there are none, or more than are shown. */
function notesOn({ status, search, page, perPage }: ListOptions, shown: number, total: number): string[] {
  if (total === 0) {
    const all = status === undefined && search === undefined;
    return [all ? 'no sessions yet; create one with: wactl create my-phone' : 'no sessions match'];
  }
  if (shown === total) return [];
  const pages = Math.ceil(total / perPage);
  const which =
    page > pages
      ? `page ${String(page)} does not exist: ${String(pages)} pages`
      : `page ${String(page)} of ${String(pages)}`;
  return [`${which}, ${String(total)} sessions`];
}

/** For a person how long ago, for a script when. */
function lastSeen(cx: Context, at: Date | null): string {
  if (at === null) return 'never';
  return cx.io.stdoutIsTerminal ? timeAgo(at, cx.clock.now()) : at.toISOString();
}
