import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import { askFirst } from './ask-first.ts';
import { eachSession } from './each-session.ts';
import { addTimeout } from './flags.ts';
import { sessionsOf } from './sessions-argument.ts';

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
    .argument('<id...>', 'session ids, or unique prefixes')
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
  const sessions = await sessionsOf(cx, { ids: options.ids, all: false });
  await askFirst(cx, options.yes, `Delete ${sessions.map(({ id }) => id).join(', ')} for good?`);
  return eachSession(cx, sessions, sessions.length === 1, async (session) => {
    await deleteSession(cx, session, options);
    return { document: { deleted: true, id: session.id }, text: `${session.id}: deleted` };
  });
}

async function deleteSession(
  cx: Context,
  session: Session,
  { force, timeout }: DeleteOptions,
): Promise<void> {
  const holder = await cx.holder();
  const options = { signal: cx.signal, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
  try {
    await holder.remove(session, { ...options, unlink: true });
  } catch (error) {
    // If a process does not answer, the error says how to end it; until then the session cannot be deleted.
    const isFinal = !(error instanceof WactlError) || error.code === 'in_use';
    if (isFinal || cx.signal.aborted) throw error;
    if (!force) throw new WactlError(error.code, error.message, forceHint, { cause: error });
    cx.io.warn(`${error.message}; unlink it on the phone: Settings > Linked devices`);
    await holder.remove(session, { ...options, unlink: false });
  }
}

const forceHint =
  'nothing was deleted; try again, or delete it only here with --force and then unlink it on the phone';
