import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
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
  const wactl = await cx.wactl();
  const { force, timeout } = options;
  const limit = timeout === undefined ? {} : { timeoutMs: timeout };
  return eachSession(cx, sessions, sessions.length === 1, async ({ id }) => {
    const { notUnlinked } = await wactl
      .delete(id, { signal: cx.signal, force, ...limit })
      .catch((error: unknown) => failed(cx, error, force));
    if (notUnlinked) cx.io.warn(`${notUnlinked.message}; unlink it on the phone: Settings > Linked devices`);
    return { document: { deleted: true, id }, text: `${id}: deleted` };
  });
}

/** Throws the error; without --force, with what --force would do. */
function failed(cx: Context, error: unknown, force: boolean): never {
  // For these, another hint is right.
  const isPlain = !(error instanceof WactlError) || ['in_use', 'not_found'].includes(error.code);
  if (force || isPlain || cx.signal.aborted) throw error;
  throw new WactlError(error.code, error.message, forceHint, { cause: error });
}

const forceHint =
  'nothing was deleted; try again, or delete it only here with --force and then unlink it on the phone';
