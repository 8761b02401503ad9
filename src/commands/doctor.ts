import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { counted } from '../domain/finding.ts';
import { exitStatuses } from '../errors.ts';
import type { Diagnosis } from '../domain/finding.ts';
import { diagnosisRecord } from '../schema/diagnosis-record.ts';

export type DoctorFlags = { readonly fix: boolean; readonly offline: boolean };

/** `doctor`: what is wrong with this installation and its store, and how to mend it. */
export function defineDoctor(program: Command, run: (options: DoctorFlags) => Promise<void>): void {
  program
    .command('doctor')
    .summary('find what is wrong on this machine, and how to mend it')
    .description(
      'Checks programs, directory, settings, database, holders, leftovers, terminal, proxy, client version, WhatsApp and ' +
        'clock. Each is ok, a warning or failed, with what to do. Exits 0 when nothing has failed.',
    )
    .option(
      '--fix',
      'mend what is safe to mend: modes of files, what ended processes left, a damaged database',
      false,
    )
    .option('--offline', 'leave out what needs the network', false)
    .action((flags: DoctorFlags) => run(flags));
}

export async function runDoctor(cx: Context, { fix, offline }: DoctorFlags): Promise<number> {
  const waiting = cx.io.spinner('looking');
  let diagnosis: Diagnosis;
  try {
    diagnosis = await cx.doctor({ signal: cx.signal, fix, offline });
  } finally {
    waiting.stop();
  }
  for (const sentence of diagnosis.mended ?? []) cx.io.done(sentence);
  const document = diagnosisRecord(diagnosis);
  cx.io.result(document, () => cx.io.checkList(document.checks));
  if (document.checks.every(({ status }) => status === 'ok')) cx.io.done(closing(diagnosis));
  else cx.io.say(closing(diagnosis));
  return exitStatusOf(diagnosis);
}

/** "1 failed, 2 warnings". */
function closing({ results, mended }: Diagnosis): string {
  const count = (status: string): number => results.filter(({ finding }) => finding.status === status).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  const words = [
    ...(failures > 0 ? [`${String(failures)} failed`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  if (words.length > 0) return words.join(', ');
  return mended === null || mended.length > 0
    ? 'nothing is wrong'
    : 'nothing is wrong; there was nothing to mend';
}

/** The worst of what has failed, as with several sessions. */
const exitStatusOf = ({ results }: Diagnosis): number =>
  Math.max(
    0,
    ...results.map(({ finding }) => (finding.status === 'failed' ? exitStatuses[finding.code] : 0)),
  );
