import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { ImportPlan, Transfer } from '../ports/transfer.ts';
import { UsageError } from '../errors.ts';
import { askFirst } from './ask-first.ts';
import { named } from './exact-session.ts';
import { addOpening, openingOf } from './sealing-flags.ts';
import type { OpeningFlags } from './sealing-flags.ts';

export type ImportOptions = OpeningFlags & {
  readonly file: string | undefined;
  /** A folder of Baileys, in place of a file. */
  readonly fromBaileys?: string;
  /** A database of whatsmeow, in place of a file. */
  readonly fromWhatsmeow?: string;
  readonly jid?: string;
  readonly as?: string;
  readonly yes: boolean;
};

/** `import FILE`: sessions out of a sealed file. */
export function defineImport(program: Command, run: (options: ImportOptions) => Promise<void>): void {
  const command = program
    .command('import')
    .summary('store the sessions of a file that export or backup made')
    .description(
      'Checks the whole file, then stores all of it, or nothing. Sessions that were moved may connect here. Copies do ' +
        'not until they are told to, with connect --force, because the session that they were copied from may be online.',
    )
    .argument('[file]', 'the file (- for stdin)')
    .addOption(
      new Option(
        '--from-baileys <dir>',
        'store the session of a folder of useMultiFileAuthState of Baileys; stop its program first',
      ).conflicts(['identity', 'passphraseFile']),
    )
    .addOption(
      new Option(
        '--from-whatsmeow <file>',
        'store a device of an SQLite file of whatsmeow; stop its program first',
      ).conflicts(['identity', 'passphraseFile', 'fromBaileys']),
    )
    .option('--jid <jid>', 'which device, for a file of whatsmeow with several')
    .option('--as <id>', 'another session id, where there is one session');
  addOpening(command)
    .option('-y, --yes', 'replace what is here under the same names, without asking', false)
    .action((file: string | undefined, flags: Omit<ImportOptions, 'file'>) => run({ file, ...flags }));
}

export async function runImport(cx: Context, options: ImportOptions): Promise<void> {
  const transfer = await cx.transfer();
  const plan = await planOf(cx, transfer, options);
  for (const note of plan.notes) cx.io.warn(note);
  const lost = lostWords(plan);
  if (lost.length > 0) await askFirst(cx, options.yes, question(lost, plan.replaced));
  await plan.store();
  tell(cx, plan);
}

async function planOf(cx: Context, transfer: Transfer, options: ImportOptions): Promise<ImportPlan> {
  const { file, fromBaileys, fromWhatsmeow, jid, as } = options;
  const { signal } = cx;
  const foreign = fromBaileys ?? fromWhatsmeow;
  if ((file === undefined) === (foreign === undefined)) {
    throw new UsageError(
      file === undefined ? 'nothing to import' : 'give one thing to import, not two',
      'give the file that export or backup made, or one of another program with --from-baileys or --from-whatsmeow',
    );
  }
  if (jid !== undefined && fromWhatsmeow === undefined)
    throw new UsageError('--jid is for --from-whatsmeow', 'a session gets another id with --as');
  if (foreign !== undefined) {
    const { webhook, proxy, endpoint } = cx.settings;
    const here = { signal, as, settings: { webhook, proxy, endpoint } };
    return fromBaileys === undefined
      ? transfer.planFromWhatsmeow(foreign, jid, here)
      : transfer.planFromBaileys(foreign, here);
  }
  const path = file ?? '-';
  const opening = await openingOf(cx, path, options);
  const content = await cx.io.readBytes(path);
  const spinner = cx.io.spinner('');
  return transfer
    .planImport(content, path === '-' ? 'the file' : path, opening, { signal, as })
    .finally(() => spinner.stop());
}

/** What would be lost. */
function lostWords({ replaced, rest }: ImportPlan): readonly string[] {
  return [
    ...replaced.map(named),
    ...rest.replacedSettings.map((key) => `the setting ${key}`),
    ...rest.replacedTokens.map((name) => `the token ${name}`),
  ];
}

function question(lost: readonly string[], replaced: readonly Session[]): string {
  const linked = replaced.some((session) => mayBeLinked(session) && !session.fence);
  const note = linked
    ? ' What is stored for it now is lost, and so is a device that is linked only there.'
    : '';
  return `Replace ${lost.join(', ')}?${note}`;
}

function tell(cx: Context, { kind, sessions, replaced, rest }: ImportPlan): void {
  const document = {
    imported: sessions.map(({ id }) => id),
    replaced: replaced.map(({ id }) => id),
    fenced: sessions.filter(({ fence }) => fence).map(({ id }) => id),
    ...(kind === 'backup' && {
      waiting_events: rest.waiting,
      tokens: rest.tokens,
      settings: rest.settings,
    }),
  };
  cx.io.result(document, () => [
    ...(sessions.length === 0 ? ['the file has no sessions'] : sessions.map(words)),
    ...(rest.waiting > 0 ? [`imported webhook events that wait: ${String(rest.waiting)}`] : []),
    ...(rest.tokens.length > 0 ? [`imported ${all('token', rest.tokens)}`] : []),
    ...(rest.settings.length > 0 ? [`imported ${all('setting', rest.settings)}`] : []),
  ]);
}

function words(session: Session): string {
  const { id, fence } = session;
  if (fence)
    return `imported ${named(session)}, a copy: it does not connect until: wactl connect ${id} --force`;
  const next = mayBeLinked(session)
    ? `bring it online with: wactl connect ${id}`
    : `pair it with: wactl qr ${id}`;
  return `imported ${named(session)}; ${next}`;
}

const all = (what: string, names: readonly string[]): string =>
  `the ${what}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
