import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { askFirst } from './ask-first.ts';
import { exactSession, named } from './exact-session.ts';
import { addTimeout } from './flags.ts';

export type LogoutOptions = {
  readonly id: string;
  readonly yes: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
};

/** `logout ID`: unlink from the phone, keep the record. */
export function defineLogout(program: Command, run: (options: LogoutOptions) => Promise<void>): void {
  const command = program
    .command('logout')
    .summary('unlink a session from its phone, keep its record')
    .description(
      'Unlinks the device from its phone and deletes its credentials. The record and settings stay: qr or pair pairs ' +
        'it again. To go offline only, see disconnect; to delete everything, see delete.',
    )
    .argument('<id>', 'session id, whole')
    .option('-y, --yes', 'do not ask', false);
  addTimeout(command, 'wait at most this long for WhatsApp');
  command.action((id: string, flags: Omit<LogoutOptions, 'id'>) => run({ id, ...flags }));
}

export async function runLogout(cx: Context, { id, yes, timeout }: LogoutOptions): Promise<void> {
  const session = await exactSession(cx, id);
  await askFirst(cx, yes, `Unlink ${named(session)} from its phone?`);
  const wactl = await cx.wactl();
  const limit = timeout === undefined ? {} : { timeoutMs: timeout };
  const result = await wactl.logout(session.id, { signal: cx.signal, ...limit });
  cx.io.result(result, () => `${result.id}: ${result.details}`);
}
