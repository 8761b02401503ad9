import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Opening, Sealing } from '../domain/archive.ts';
import { UsageError } from '../errors.ts';
import type { ExportOptions } from '../ports/transfer.ts';

/** The passphrase in a file: a command line can be seen by every user of the machine. */
const passphraseFile = (): Option =>
  new Option(
    '--passphrase-file <file>',
    'the passphrase, read from a file (- for stdin); else WACTL_EXPORT_PASSPHRASE, else asked for',
  );

export type SealingFlags = {
  readonly recipient?: readonly string[];
  readonly passphraseFile?: string;
  readonly armor: boolean;
};

/** The flags of a command that seals a file. */
export const addSealing = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--recipient <key>',
        'seal it for the owner of this age key, age1…, instead of with a passphrase; repeatable',
      ).argParser((key: string, before: readonly string[] | undefined) => [...(before ?? []), key]),
    )
    .addOption(passphraseFile().conflicts('recipient'))
    .option('--armor', 'write text instead of bytes', false);

/** What the flags, the environment or the person say that the file is sealed with. Throws UsageError. */
export async function sealingOf(
  cx: Context,
  { recipient, passphraseFile: file }: SealingFlags,
): Promise<Sealing> {
  if (recipient) return { recipients: recipient };
  const given = await givenPassphrase(cx, file);
  if (given !== undefined) return { passphrase: given };
  if (!cx.io.canPrompt) throw noPassphrase(', or for a key with: --recipient age1…');
  const passphrase = checked(await cx.io.secret('A passphrase for the file:'));
  if ((await cx.io.secret('The same again:')) !== passphrase) {
    throw new UsageError('the two passphrases differ', 'nothing was changed; try again');
  }
  return { passphrase };
}

/** Where a sealed file goes, "-" being stdout. Throws UsageError. */
export function outputOf(cx: Context, path: string, armored: boolean): ExportOptions['open'] {
  if (path !== '-') return (files) => files.output(path);
  if (cx.io.json)
    throw new UsageError('with --json, stdout is JSON and not the file', 'give --output a file');
  if (cx.io.stdoutIsTerminal && !armored)
    throw new UsageError('the file is not text and would upset the terminal', 'add --armor, or give a file');
  return () =>
    Promise.resolve({
      write: (content) => Promise.resolve(cx.io.raw(content)),
      discard: () => Promise.resolve(),
    });
}

export type OpeningFlags = { readonly identity?: string; readonly passphraseFile?: string };

/** The flags of a command that opens a sealed file. */
export const addOpening = (command: Command): Command =>
  command
    .option(
      '--identity <file>',
      'the age key that the file is sealed for, as age-keygen made it (- for stdin)',
    )
    .addOption(passphraseFile());

/** What the flags, the environment or the person have to open a file with. `path` is that file. Throws UsageError. */
export async function openingOf(
  cx: Context,
  path: string,
  { identity, passphraseFile: file }: OpeningFlags,
): Promise<Opening> {
  const fromStdin = [path, identity, file].filter((one) => one === '-');
  if (fromStdin.length > 1) throw new UsageError('stdin can be read only once', 'use a file for one of them');
  const lines = identity === undefined ? [] : (await cx.io.readAll(identity)).split(/\r?\n/);
  return {
    identities: lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
    async passphrase() {
      const given = await givenPassphrase(cx, file);
      if (given !== undefined) return given;
      if (!cx.io.canPrompt) throw noPassphrase('');
      return checked(await cx.io.secret('The passphrase of the file:'));
    },
  };
}

async function givenPassphrase(cx: Context, file: string | undefined): Promise<string | undefined> {
  // Editors end a file with a line end.
  if (file !== undefined) return checked((await cx.io.readAll(file)).replace(/\r?\n$/, ''));
  return cx.exportPassphrase() ?? undefined;
}

function checked(passphrase: string): string {
  if (passphrase === '') throw new UsageError('the passphrase is empty', 'nothing was changed; try again');
  return passphrase;
}

const noPassphrase = (more: string): UsageError =>
  new UsageError(
    'a passphrase is needed, but there is no terminal to ask on',
    `give it in WACTL_EXPORT_PASSPHRASE, or with: --passphrase-file FILE${more}`,
  );
