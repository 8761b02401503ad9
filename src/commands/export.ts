import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import { askFirst } from './ask-first.ts';
import { exactSessions, named } from './exact-session.ts';
import { addSealing, outputOf, sealingOf } from './sealing-flags.ts';
import type { SealingFlags } from './sealing-flags.ts';

export type ExportOptions = SealingFlags & {
  readonly ids: readonly string[];
  readonly output?: string;
  /** A new folder of Baileys, in place of a file. */
  readonly toBaileys?: string;
  readonly move: boolean;
  readonly yes: boolean;
};

/** `export ID... --output FILE`: sessions in a sealed file. */
export function defineExport(program: Command, run: (options: ExportOptions) => Promise<void>): void {
  const command = program
    .command('export')
    .summary('copy or move sessions into a sealed file')
    .description(
      'Writes sessions with their credentials and settings into one file in the age format, for import elsewhere. Without ' +
        '--move they go on working here, and the imported copies do not connect until they are told to: two copies of ' +
        'one device throw each other out. With --move it is the other way round.',
    )
    .argument('<id...>', 'session ids, whole')
    .option('-o, --output <file>', 'the file to write, private to you (- for stdout)')
    .option(
      '--move',
      'take the sessions offline here for good: they connect where the file is imported',
      false,
    );
  command.addOption(
    new Option(
      '--to-baileys <dir>',
      'move one session into a new folder for useMultiFileAuthState of Baileys, not sealed',
    ).conflicts(['output', 'recipient', 'passphraseFile', 'armor']),
  );
  addSealing(command)
    .option('-y, --yes', 'do not ask before --move', false)
    .action((ids: string[], flags: Omit<ExportOptions, 'ids'>) => run({ ids, ...flags }));
}

export async function runExport(cx: Context, options: ExportOptions): Promise<void> {
  if (options.toBaileys !== undefined) return moveToBaileys(cx, options, options.toBaileys);
  const { move, output, armor, yes } = options;
  const transfer = await cx.transfer();
  if (output === undefined)
    throw new UsageError('no file to write', 'add --output FILE, or --output - for stdout');
  const open = outputOf(cx, output, armor);
  const sessions = await exactSessions(cx, options.ids);
  if (move) await askFirst(cx, yes, question(sessions));
  const sealing = await sealingOf(cx, options);
  const ids = sessions.map(({ id }) => id);
  const how = { signal: cx.signal, sealing, armored: armor, open };
  const spinner = cx.io.spinner('sealing');
  await (move ? transfer.move(ids, how) : transfer.copy(ids, how)).finally(() => spinner.stop());
  const words = move ? movedWords(ids, output) : copiedWords(ids, output);
  if (output === '-') for (const line of words) cx.io.say(line);
  else cx.io.result({ exported: ids, output, moved: move }, () => words);
}

/** A folder knows no fence, so it is always a move. */
async function moveToBaileys(cx: Context, { ids, yes }: ExportOptions, directory: string): Promise<void> {
  const transfer = await cx.transfer();
  const sessions = await exactSessions(cx, ids);
  const [session] = sessions;
  if (!session || sessions.length > 1)
    throw new UsageError('a folder of Baileys has one session', 'give one id');
  await askFirst(cx, yes, question(sessions));
  const { id } = session;
  await transfer.moveToBaileys(id, directory, cx.signal);
  cx.io.result({ exported: [id], output: directory, moved: true }, () => [
    `moved ${id} to ${directory}, for useMultiFileAuthState; whoever reads the folder has the account`,
    `${id} does not connect here any more; to bring it back, stop the other program, then: wactl connect ${id} --force`,
  ]);
}

const question = (sessions: readonly Session[]): string =>
  `Move ${sessions.map(named).join(', ')} away? ${sessions.length === 1 ? 'It does' : 'They do'} not connect here any more.`;

const where = (output: string): string => (output === '-' ? '' : ` to ${output}`);

const copiedWords = (ids: readonly string[], output: string): readonly string[] => [
  `copied ${ids.join(', ')}${where(output)}`,
  'an imported copy does not connect until: wactl connect ID --force',
];

const movedWords = (ids: readonly string[], output: string): readonly string[] => [
  `moved ${ids.join(', ')}${where(output)}; import it in one place only, then delete the file`,
  ...ids.map(
    (id) => `${id} does not connect here any more; once it works there, remove it with: wactl delete ${id}`,
  ),
];
