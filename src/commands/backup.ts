import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSealing, outputOf, sealingOf } from './sealing-flags.ts';
import type { SealingFlags } from './sealing-flags.ts';

export type BackupOptions = SealingFlags & { readonly file: string };

/** `backup FILE`: all sessions in a sealed file. */
export function defineBackup(program: Command, run: (options: BackupOptions) => Promise<void>): void {
  const command = program
    .command('backup')
    .summary('copy all sessions into a sealed file')
    .description(
      'Writes every session with its credentials and settings into one file in the age format, while they are online. ' +
        'An earlier file of that name is replaced once the new one is whole. To get them back: import.',
    )
    .argument('<file>', 'the file to write, private to you (- for stdout)');
  addSealing(command).action((file: string, flags: Omit<BackupOptions, 'file'>) => run({ file, ...flags }));
}

/** Returns 11 when a session is missing in the backup because its stored data is damaged. */
export async function runBackup(cx: Context, options: BackupOptions): Promise<number> {
  const { file, armor } = options;
  const transfer = await cx.transfer();
  const open = outputOf(cx, file, armor);
  const sealing = await sealingOf(cx, options);
  const spinner = cx.io.spinner('sealing');
  const { ids, left } = await transfer
    .backUp({ signal: cx.signal, sealing, armored: armor, open })
    .finally(() => spinner.stop());
  const sentence = `${String(ids.length)} ${ids.length === 1 ? 'session' : 'sessions'} backed up`;
  if (file === '-') cx.io.say(sentence);
  else cx.io.result({ backed_up: ids, output: file }, () => `${sentence} to ${file}`);
  for (const { message } of left) cx.io.warn(`${message}; it is not in the backup`);
  return Math.max(0, ...left.map(({ exitStatus }) => exitStatus));
}
