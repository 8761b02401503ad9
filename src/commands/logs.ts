import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { SessionNotFoundError, WactlError } from '../errors.ts';
import { sessionIdPattern } from '../domain/session-id.ts';
import { wholeNumber } from './flags.ts';
import { idOrOnly } from './only-session.ts';

export type LogsOptions = {
  readonly id: string | undefined;
  /** At most so many of the lines that there are. */
  readonly lines?: number;
  readonly follow: boolean;
};

/** `logs ID`: what a session's process in the background has written. */
export function defineLogs(program: Command, run: (options: LogsOptions) => Promise<void>): void {
  program
    .command('logs')
    .summary('print the log of a session that is kept online in the background')
    .description(
      'Prints what the background processes of a session (connect --detach, create --detach) have written, oldest first, ' +
        'also when they have ended; sessions connected together have one log, that of the first. ' +
        'With --follow, it goes on until Ctrl-C.',
    )
    .argument('[id]', 'session id, or a unique prefix (default: the only session there is)')
    .option('-n, --lines <n>', 'only the last so many lines', wholeNumber(0))
    .option('-f, --follow', 'go on with new lines, until Ctrl-C', false)
    .action((id: string | undefined, flags: Omit<LogsOptions, 'id'>) => run({ id, ...flags }));
}

/** Throws `not_found` when there is no log. With `follow`, rejects with the interruption. */
export async function runLogs(cx: Context, { id: given, lines, follow }: LogsOptions): Promise<void> {
  const logs = await cx.logs();
  const has = (id: string): Promise<boolean> => logs.has(id);
  const id = await idOfLog(cx, await idOrOnly(cx, given), has);
  if (!(await has(id))) {
    throw new WactlError(
      'not_found',
      `there is no log of ${id}`,
      `wactl connect ${id} --detach writes one; sessions connected together write to that of the first`,
    );
  }
  let left = lines ?? Infinity;
  for await (const batch of logs.lines(id, follow ? { follow: cx.signal } : {})) {
    print(cx, id, batch.slice(Math.max(0, batch.length - left)));
    // Of what comes, every line.
    left = Infinity;
  }
}

/** The id of a session; or as given where a session that is gone has left a log. Throws `not_found` or `ambiguous_id`. */
async function idOfLog(cx: Context, given: string, has: (id: string) => Promise<boolean>): Promise<string> {
  try {
    return (await (await cx.wactl()).find(given)).id;
  } catch (error) {
    const isLeft =
      error instanceof SessionNotFoundError && sessionIdPattern.test(given) && (await has(given));
    if (isLeft) return given;
    throw error;
  }
}

function print(cx: Context, id: string, lines: readonly string[]): void {
  if (!cx.io.json) return cx.io.result(null, () => lines);
  for (const line of lines) cx.io.event({ event: 'log', id, line });
}
