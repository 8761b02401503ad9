import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { ImportPlan } from '../ports/transfer.ts';
import { askFirst } from './ask-first.ts';
import { named } from './exact-session.ts';
import { addOpening, openingOf } from './sealing-flags.ts';
import type { OpeningFlags } from './sealing-flags.ts';

export type ImportOptions = OpeningFlags & {
  readonly file: string;
  readonly as?: string;
  readonly yes: boolean;
};

/** `import FILE`: sessions out of a sealed file. */
export function defineImport(program: Command, run: (options: ImportOptions) => Promise<void>): void {
  const command = program
    .command('import')
    .summary('store the sessions of a file that export or backup made')
    .description(
      'Checks the whole file, then stores all its sessions, or none. Sessions that were moved may connect here. Copies do ' +
        'not until they are told to, with connect --force, because the session that they were copied from may be online.',
    )
    .argument('<file>', 'the file (- for stdin)')
    .option('--as <id>', 'another session id, for a file with one session');
  addOpening(command)
    .option('-y, --yes', 'replace sessions that have the same ids, without asking', false)
    .action((file: string, flags: Omit<ImportOptions, 'file'>) => run({ file, ...flags }));
}

export async function runImport(cx: Context, options: ImportOptions): Promise<void> {
  const { file, as } = options;
  const transfer = await cx.transfer();
  const opening = await openingOf(cx, file, options);
  const content = await cx.io.readBytes(file);
  const spinner = cx.io.spinner('');
  const plan = await transfer
    .planImport(content, file === '-' ? 'the file' : file, opening, { signal: cx.signal, as })
    .finally(() => spinner.stop());
  if (plan.replaced.length > 0) await askFirst(cx, options.yes, question(plan.replaced));
  await plan.store();
  tell(cx, plan);
}

/** What would be lost. */
function question(replaced: readonly Session[]): string {
  const whom = replaced.map(named).join(', ');
  const linked = replaced.some((session) => mayBeLinked(session) && !session.fence);
  const note = linked
    ? ' What is stored for it now is lost, and so is a device that is linked only there.'
    : '';
  return `Replace ${whom}?${note}`;
}

function tell(cx: Context, { sessions, replaced }: ImportPlan): void {
  const document = {
    imported: sessions.map(({ id }) => id),
    replaced: replaced.map(({ id }) => id),
    fenced: sessions.filter(({ fence }) => fence).map(({ id }) => id),
  };
  cx.io.result(document, () => (sessions.length === 0 ? 'the file has no sessions' : sessions.map(words)));
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
