import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { actionOnSessions } from './action-on-sessions.ts';
import { addTimeout } from './flags.ts';

export type RestartOptions = {
  readonly id: string;
  /** Milliseconds. */
  readonly timeout?: number;
};

/** `restart ID`: disconnect, connect. */
export function defineRestart(program: Command, run: (options: RestartOptions) => Promise<void>): void {
  const command = program
    .command('restart')
    .summary('close a session’s connection and open a new one')
    .argument('<id>', 'session id, or a unique prefix');
  addTimeout(command, 'wait at most this long');
  command.action((id: string, flags: Omit<RestartOptions, 'id'>) => run({ id, ...flags }));
}

export const runRestart = (cx: Context, { id, timeout }: RestartOptions): Promise<number> =>
  actionOnSessions(cx, { ids: [id], all: false }, (wactl, session) =>
    wactl.restart(session, { signal: cx.signal, ...(timeout === undefined ? {} : { timeoutMs: timeout }) }),
  );
