import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { askFirst } from './ask-first.ts';
import { eachSession } from './each-session.ts';
import { addTimeout } from './flags.ts';
import { exactSessions, named } from './exact-session.ts';

export type DeleteOptions = {
  readonly ids: readonly string[];
  readonly yes: boolean;
  readonly force: boolean;
  /** Milliseconds, for each session. */
  readonly timeout?: number;
};

/** `delete ID...`: unlink and remove everything. */
export function defineDelete(program: Command, run: (options: DeleteOptions) => Promise<void>): void {
  const command = program
    .command('delete')
    .alias('rm')
    .summary('unlink a session and delete all its data')
    .description(
      'Unlinks the device from its phone, then deletes the record, settings and credentials for good. ' +
        'To go offline only, see disconnect; to unlink and keep the record, see logout.',
    )
    .argument('<id...>', 'session ids, whole')
    .option('-y, --yes', 'do not ask', false)
    .option(
      '--force',
      'delete it here even if WhatsApp cannot unlink it; the phone may keep listing the device',
      false,
    );
  addTimeout(command, 'wait at most this long for WhatsApp');
  command.action((ids: string[], flags: Omit<DeleteOptions, 'ids'>) => run({ ids, ...flags }));
}

/** Returns the exit status, the worst of all. */
export async function runDelete(cx: Context, options: DeleteOptions): Promise<number> {
  const sessions = await exactSessions(cx, options.ids);
  await askFirst(cx, options.yes, question(sessions));
  const wactl = await cx.wactl();
  const { force, timeout } = options;
  const limit = timeout === undefined ? {} : { timeoutMs: timeout };
  return eachSession(cx, sessions, sessions.length === 1, async ({ id, fence }) => {
    const { notUnlinked } = await wactl
      .delete(id, { signal: cx.signal, force, ...limit })
      .catch((error: unknown) => failed(cx, error, force));
    if (notUnlinked) cx.io.warn(`${notUnlinked.message}; unlink it on the phone: Settings > Linked devices`);
    const text = fence ? `${id}: deleted here; the phone still lists its device` : `${id}: deleted`;
    return { document: { deleted: true, id }, text };
  });
}

/** What is about to happen, and to whom. */
function question(sessions: readonly Session[]): string {
  const whom = sessions.map(named).join(', ');
  if (!sessions.some((session) => mayBeLinked(session) && !session.fence)) return `Delete ${whom} for good?`;
  const phones = sessions.length === 1 ? 'it from its phone' : 'them from their phones';
  return `Delete ${whom} for good, and unlink ${phones}?`;
}

/** Throws the error; without --force, with what --force would do. */
function failed(cx: Context, error: unknown, force: boolean): never {
  // For these, another hint is right.
  const isPlain = !(error instanceof WactlError) || ['in_use', 'not_found', 'usage'].includes(error.code);
  if (force || isPlain || cx.signal.aborted) throw error;
  throw new WactlError(error.code, error.message, forceHint, { cause: error });
}

const forceHint =
  'nothing was deleted; try again, or delete it only here with --force and then unlink it on the phone';
