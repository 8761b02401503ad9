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
    .summary('unlink a session and remove everything of it')
    .description(
      'Unlinks the device from its phone, then removes record, settings and credentials for good. ' +
        'To go offline only, see disconnect; to unlink and keep the record, see logout.',
    )
    .argument('<id...>', 'session ids, or unique prefixes')
    .option('-y, --yes', 'do not ask', false)
    .option(
      '--force',
      'remove it here even when WhatsApp cannot be asked; the phone may go on listing it',
      false,
    );
  addTimeout(command, 'wait at most this long for WhatsApp');
  command.action((ids: string[], flags: Omit<DeleteOptions, 'ids'>) => run({ ids, ...flags }));
}

/** Returns the exit status, the worst of all. */
export async function runDelete(cx: Context, options: DeleteOptions): Promise<number> {
  const sessions = await sessionsOf(cx, { ids: options.ids, all: false });
  await askFirst(cx, options.yes, `Remove ${sessions.map(({ id }) => id).join(', ')} for good?`);
  return eachSession(cx, sessions, sessions.length === 1, async (session) => {
    await deleteSession(cx, session, options);
    return { document: { deleted: true, id: session.id }, text: `${session.id}: removed` };
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
    // Of a process that does not answer the error says how to end it; without that nothing can be removed.
    const isFinal = !(error instanceof WactlError) || error.code === 'in_use';
    if (isFinal || cx.signal.aborted) throw error;
    if (!force) throw new WactlError(error.code, error.message, forceHint, { cause: error });
    cx.io.warn(`${error.message}; unlink it on the phone: Settings > Linked devices`);
    await holder.remove(session, { ...options, unlink: false });
  }
}

const forceHint =
  'nothing was removed; try again, or remove it here alone with --force and then unlink it on the phone';
