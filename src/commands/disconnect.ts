import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { actionOnSessions } from './action-on-sessions.ts';
import type { SessionsArgument } from './sessions-argument.ts';

/** `disconnect ID...`: offline, credentials kept. */
export function defineDisconnect(program: Command, run: (options: SessionsArgument) => Promise<void>): void {
  program
    .command('disconnect')
    .summary('take a session offline, keep its credentials')
    .description(
      'Takes sessions offline and keeps their credentials: connect brings them back without pairing. ' +
        'To unlink the device from its phone, see logout; to delete everything, see delete.',
    )
    .argument('[id...]', 'session ids, or unique prefixes')
    .option('--all', 'all sessions', false)
    .action((ids: string[], flags: { all: boolean }) => run({ ids, ...flags }));
}

export async function runDisconnect(cx: Context, options: SessionsArgument): Promise<number> {
  return actionOnSessions(cx, options, (wactl, id) => wactl.disconnect(id, { signal: cx.signal }));
}
