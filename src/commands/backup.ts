import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSealing, outputOf, sealingOf } from './sealing-flags.ts';
import type { SealingFlags } from './sealing-flags.ts';
import type { Archive } from '../domain/archive.ts';

export type BackupOptions = SealingFlags & { readonly file: string };

/** `backup FILE`: everything in a sealed file. */
export function defineBackup(program: Command, run: (options: BackupOptions) => Promise<void>): void {
  const command = program
    .command('backup')
    .summary('copy everything into a sealed file')
    .description(
      'Writes every session with its credentials and the webhook events that wait, the tokens of serve and the settings into ' +
        'one file in the age format, while sessions are online. An earlier file of that name is replaced once the new one is whole. To get them back: import.',
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
  const { archive, left } = await transfer
    .backUp({ signal: cx.signal, sealing, armored: armor, open })
    .finally(() => spinner.stop());
  const document = documentOf(archive);
  const sentence = `backed up ${wordsOf(document).join(', ')}`;
  if (file === '-') cx.io.say(sentence);
  else cx.io.result({ ...document, output: file }, () => `${sentence} to ${file}`);
  for (const { message } of left) cx.io.warn(`${message}; it is not in the backup`);
  return Math.max(0, ...left.map(({ exitStatus }) => exitStatus));
}

const documentOf = ({ sessions, rest }: Archive) => ({
  backed_up: sessions.map(({ session }) => session.id),
  waiting_events: sessions.reduce((sum, { waiting = [] }) => sum + waiting.length, 0),
  tokens: rest?.tokens.map(({ name }) => name) ?? [],
  settings: Object.keys(rest?.settings ?? {}),
});

/** What there is of it, sessions always. */
const wordsOf = (document: ReturnType<typeof documentOf>): readonly string[] => [
  counted(document.backed_up.length, 'session'),
  ...[
    [document.waiting_events, 'waiting event'] as const,
    [document.tokens.length, 'token'] as const,
    [document.settings.length, 'setting'] as const,
  ].flatMap(([count, what]) => (count === 0 ? [] : [counted(count, what)])),
];

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
